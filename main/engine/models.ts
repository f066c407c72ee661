import { cpuThreads, devicesFor } from './inference/devices.ts';
import type { SessionThread } from './inference/sessions.ts';
import type { Params, Result } from './protocol/methods.ts';

/** Placeholder until models/library/convert is in. */
export async function convertModel(
  _params: Params<'model.convert'>,
  _sessions: SessionThread,
  _progress: (fraction: number) => void,
): Promise<Result<'model.convert'>> {
  throw new Error('not yet');
}

export async function runModel(
  { file, feeds, device }: Params<'model.run'>,
  sessions: SessionThread,
): Promise<Result<'model.run'>> {
  const session = await sessions.open({ file, device: devicesFor(device)[0]!, threads: cpuThreads() });
  return { outputs: await session.infer(feeds) };
}
