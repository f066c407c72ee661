import { fidelity } from './restore/fidelity.ts';
import { machine } from './restore/machine.ts';
import { ncnn } from './restore/ncnn.ts';
import { pipeline } from './restore/pipeline.ts';
import { tensorflow } from './restore/tensorflow.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';

/** `npm run bench -- restore`: what Restore promises, measured in one run on this machine. */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();
try {
  await pipeline(gesso, figures, quick);
  await tensorflow(gesso, figures, quick);
  await ncnn(gesso, figures, quick);
  await fidelity(gesso, figures);
  await machine(gesso, figures, quick);
} finally {
  gesso.close();
}
process.exitCode = figures.finish();
