import { bridge } from '../app/bridge.ts';
import { getState, type StudioState, selectedSource } from '../app/store.ts';
import { decoded } from './clip-calls.ts';
import { getClip, setClip } from './clip-store.ts';

type Told = Parameters<Parameters<typeof bridge.onClipLatest>[0]>[0];

/** The newest frame of the clip on screen while it is worked on. */
export class LatestFrame {
  #bitmap: ImageBitmap | undefined;
  readonly #ending = bridge.onClipLatest((told) => void this.#take(told));

  get bitmap(): ImageBitmap | undefined {
    return this.#bitmap;
  }

  /** Lets go of it where the clip is worked on no more. */
  follow(state: StudioState): void {
    if (!isRunning(state)) this.#end();
  }

  dispose(): void {
    this.#ending();
    this.#end();
  }

  async #take({ source, time, made, url }: Told): Promise<void> {
    const bitmap = await decoded(url).catch(() => undefined);
    if (!bitmap) return;
    const state = getState();
    if (source !== state.selected || !isRunning(state)) {
      bitmap.close();
      return;
    }
    this.#bitmap?.close();
    this.#bitmap = bitmap;
    setClip({ latest: { time, made } });
  }

  #end(): void {
    this.#bitmap?.close();
    this.#bitmap = undefined;
    if (getClip().latest) setClip({ latest: undefined });
  }
}

function isRunning(state: StudioState): boolean {
  return selectedSource(state)?.item?.status === 'running';
}
