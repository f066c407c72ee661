import path from 'node:path';
import { command } from '../support/command.ts';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { MEMORY_UNKNOWN } from '../support/memory.ts';
import { photograph, writePng } from '../support/pictures.ts';

/** What a run takes of the machine: memory of the command line with its engine. */
export async function machine(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  figures.heading('The machine');
  await peakMemory(gesso, figures, quick);
}

async function peakMemory(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  for (const id of ['span-x2', 'span-x4', 'realesrgan-x4plus']) {
    const name = `${id} peak memory (RssAnon, all processes)`;
    if (MEMORY_UNKNOWN) {
      figures.skip(name, MEMORY_UNKNOWN);
      continue;
    }
    await gesso.model(id);
    const large = id.startsWith('realesrgan');
    const picture = await photograph('coffee.png', large && quick ? 100 : 300, large && quick ? 80 : 200);
    const input = await writePng(picture, path.join(gesso.folder, `${id}-memory.png`));
    const args = ['--model', id, '--out', gesso.folder, '--existing', 'overwrite', '--device', 'cpu'];
    const { peak } = await command(['restore', input, ...args]);
    figures.add(name, peak / 1e6, 'MB', { note: `one picture of ${picture.width} x ${picture.height}` });
  }
}
