import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { frames } from './window/frames.ts';
import { memory } from './window/memory.ts';
import { preview } from './window/preview.ts';
import { time } from './window/time.ts';

/** `npm run bench -- window`: what the window promises, measured in real Electron in one run on this machine. */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();
try {
  await time(figures, quick);
  await preview(gesso, figures, quick);
  await frames(gesso, figures, quick);
  await memory(gesso, figures, quick);
} finally {
  gesso.close();
}
process.exitCode = figures.finish();
