import type { Call } from '../../contract/bridge.ts';
import type { Payload } from '../../contract/channels.ts';
import { bridge } from '../app/bridge.ts';
import { nextTurn } from '../app/turns.ts';
import { decode } from '../canvas/pictures.ts';

/** A frame that came, decoded off the frame loop; whoever hears of it closes it. */
export interface Arrived extends Pick<Payload<'clip.frame'>, 'time' | 'made' | 'fraction'> {
  bitmap: ImageBitmap;
}

type Hear = (frame: Payload<'clip.frame'>) => void;
const hearing = new Map<number, Hear>();
let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  bridge.onClipFrame((frame) => hearing.get(frame.turn)?.(frame));
}

/** A picture of the cache, ready to be drawn without a pause. */
export async function decoded(url: Payload<'clip.frame'>['url']): Promise<ImageBitmap> {
  return createImageBitmap(await decode({ url }));
}

/**
 * Begins a call that tells frames by its turn. Its outcome comes when all of them are decoded; after a cancel none is
 * heard of any more.
 */
export function callForFrames<R>(begin: (turn: number) => Call<R>, heard: (frame: Arrived) => void): Call<R> {
  listen();
  const turn = nextTurn();
  const decoding = new Set<Promise<void>>();
  hearing.set(turn, ({ url, time, made, fraction }) => {
    const work = decoded(url).then(
      (bitmap) => {
        if (hearing.has(turn)) heard({ time, made, fraction, bitmap });
        else bitmap.close();
      },
      // Given up for newer ones by the cache: it is asked for again where it is still wanted.
      () => {},
    );
    decoding.add(work);
    void work.finally(() => decoding.delete(work));
  });
  const call = begin(turn);
  const outcome = call.outcome.then(async (came) => {
    await Promise.all(decoding);
    hearing.delete(turn);
    return came;
  });
  return {
    outcome,
    cancel() {
      hearing.delete(turn);
      call.cancel();
    },
  };
}
