import { rm } from 'node:fs/promises';
import path from 'node:path';
import { decode } from '../../../media/decode.ts';
import { probe } from '../../../media/probe.ts';
import { prepareWork } from '../../../media/work-folder.ts';
import { needInputs, nothingWritten, type Use, writePicture } from '../learn-use.ts';
import { Planes } from '../noisy-picture.ts';
import { Vae } from '../open-vae.ts';
import { findDust, grown } from './find-dust.ts';
import { missedBy } from './vae-view.ts';

/** From this on, of 255, something is dust. */
const DUST = 210;

/** A map of what is unusual in a picture, and a mask of its dust and scratches that `gesso learn denoise` fills in. */
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
    let done = 0;
    const map = await Vae.with(job, context, (vae) =>
      findDust(planes, job.seed, {
        ...{ sessions: context.sessions, checkpoint: () => context.checkpoint() },
        missed: (piece) => missedBy(vae, piece),
        progress(fraction) {
          done = Math.max(done, Math.min(1, fraction));
          context.emit({ fraction: done });
        },
      }),
    );
    const mask = grown(
      map.map((value) => (value >= DUST ? 255 : 0)),
      width,
    );
    const { name: stem } = path.parse(file);
    const outputs = [
      await writePicture(job, `${stem}_unusual`, { width, height, data: grey(map) }),
      await writePicture(job, `${stem}_mask`, { width, height, data: grey(mask) }),
    ];
    const covered = mask.reduce((sum, value) => sum + (value ? 1 : 0), 0) / mask.length;
    const notes = covered
      ? [
          `Dust and scratches cover ${(100 * covered).toFixed(2)} % of ${name}.`,
          `Fill them in: gesso learn denoise ${name} --mask ${path.basename(outputs[1]!)}`,
        ]
      : [`No dust was found on ${name}.`];
    return { ...nothingWritten, outputs, notes: [...picture.notes, ...notes] };
  } finally {
    await picture.spool.close();
    await rm(path.join(job.work, 'in.v'), { force: true });
  }
};

function grey(plane: Uint8Array): Uint8Array {
  const data = new Uint8Array(3 * plane.length);
  for (let at = 0; at < plane.length; at++) data.fill(plane[at]!, 3 * at, 3 * at + 3);
  return data;
}
