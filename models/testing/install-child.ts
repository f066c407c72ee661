/**
 * Installs the tiny model in a process of its own, slowly, so that a test can kill it anywhere.
 * usage: install-child.mjs FOLDER URL MS
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openModel } from '../formats/open.ts';
import { writeModel } from '../library/convert.ts';
import { ModelLibrary } from '../library/library.ts';
import { tinyDescriptor } from './descriptor.ts';
import { fetchFrom, tinyEntry } from './library.ts';

const [folder = '', url = '', pause = '0'] = process.argv.slice(2);
const library = new ModelLibrary({
  folder,
  catalogue: [tinyEntry()],
  fetch: fetchFrom(url),
  convert: async ({ files, outFolder }) => {
    await sleep(Number(pause));
    const file = await writeModel(await openModel(files[0] ?? ''), outFolder, 'tiny.onnx');
    await sleep(Number(pause));
    return { file, descriptor: tinyDescriptor(), notes: [] };
  },
});
process.stdout.write('begin\n');
await library.install('tiny-x4');
process.stdout.write('end\n');
