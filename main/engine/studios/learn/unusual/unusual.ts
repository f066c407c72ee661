import { rm } from 'node:fs/promises';
import path from 'node:path';
import { decode } from '../../../media/decode.ts';
import { probe } from '../../../media/probe.ts';
import { prepareWork } from '../../../media/work-folder.ts';
import { needInputs, nothingWritten, type Use, writePicture } from '../learn-use.ts';
import { Planes } from '../noisy-picture.ts';
import { Vae } from '../open-vae.ts';
import { DUST, findDust, USUAL_STEPS } from './find-dust.ts';
import { vaeView } from './vae-view.ts';

/** Dust is looked for at no more pixels than these: on larger scans it is larger. */
const MOST_PIXELS = 6_000_000;
/** Share of the bar that the map takes. */
const MAP = 0.1;

/**
 * Two pictures of the size of the one given: a mask of its dust and scratches, which `gesso learn denoise` fills in, and
 * a map of what is unusual in it.
 */
export const unusual: Use = async (job, context) => {
  needInputs(job, 1, 'a picture');
  const [file = ''] = job.inputs;
  const name = path.basename(file);
  const info = await probe(file);
  await prepareWork(job.work, info.width * info.height * 8, name);
  const picture = await decode(info, path.join(job.work, 'in.v'));
  try {
    const planes = await Planes.read(picture, name);
    const { width, height } = planes;
    const tell = (fraction: number) => {
      context.checkpoint();
      context.emit({ fraction });
    };
    const map = await Vae.with(job, context, (vae) => vaeView(vae, planes, (done) => tell(MAP * done)));
    let seen = planes;
    while (seen.width * seen.height > MOST_PIXELS) seen = seen.halved();
    const dust = await findDust(seen, job.seed, {
      ...{ sessions: context.sessions, checkpoint: () => context.checkpoint() },
      steps: job.count ?? USUAL_STEPS,
      progress: (done) => tell(MAP + (1 - MAP) * done),
    });
    const scale = width / seen.width;
    const mask = new Uint8Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const across = Math.min(seen.width - 1, Math.floor(x / scale));
        const down = Math.min(seen.height - 1, Math.floor(y / scale));
        mask[y * width + x] = dust[down * seen.width + across]! >= DUST ? 255 : 0;
      }
    const { name: stem } = path.parse(file);
    const outputs = [
      await writePicture(job, `${stem}_mask`, { width, height, data: grey(mask) }),
      await writePicture(job, `${stem}_unusual`, { width, height, data: grey(map) }),
    ];
    return { ...nothingWritten, outputs, notes: [...picture.notes, ...inWords(mask, name, outputs[0]!)] };
  } finally {
    await picture.spool.close();
    await rm(path.join(job.work, 'in.v'), { force: true });
  }
};

function inWords(mask: Uint8Array, name: string, file: string): string[] {
  const covered = mask.reduce((sum, value) => sum + (value ? 1 : 0), 0) / mask.length;
  if (!covered) return [`No dust was found on ${name}.`];
  return [
    `Dust and scratches cover ${(100 * covered).toFixed(2)} % of ${name}.`,
    `Fill them in: \`gesso learn denoise ${name} --mask ${path.basename(file)}\`.`,
  ];
}

function grey(plane: Uint8Array): Uint8Array {
  const data = new Uint8Array(3 * plane.length);
  for (let at = 0; at < plane.length; at++) data.fill(plane[at]!, 3 * at, 3 * at + 3);
  return data;
}
