import { GessoError } from '../../contract/errors.ts';
import { compareDevices } from '../jobs/compare-devices.ts';
import { defaultModel } from '../jobs/resolve.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { onInterrupt } from './run-job.ts';

/** `gesso devices`: measures a model on every device there is. */
export async function measureDevices(
  workshop: Workshop,
  flags: { model?: string; json?: boolean },
): Promise<void> {
  const id = flags.model ?? defaultModel('upscale');
  const model = workshop.readyModels().find(({ descriptor }) => descriptor.id === id);
  if (!model)
    throw new GessoError(
      'model/missing',
      `The model ${id} is not installed.`,
      `Install it with \`gesso models install ${id}\`, or name another with --model.`,
    );
  const { devices } = await compareDevices(workshop, { model, signal: onInterrupt(workshop) });
  for (const { device, speed, error } of devices) {
    if (flags.json)
      process.stdout.write(
        `${JSON.stringify({ event: 'device', device, model: id, ...(speed ?? { error }) })}\n`,
      );
    else if (speed)
      process.stdout.write(
        `${device}\t${speed.megapixelsPerSecond.toPrecision(3)} megapixels/s\t${Math.round(speed.millisecondsPerTile)} ms a tile of ${speed.tile}\t${Math.round(speed.loadMilliseconds)} ms to begin\n`,
      );
    else process.stdout.write(`${device}\t${error?.message} ${error?.hint}\n`);
  }
}
