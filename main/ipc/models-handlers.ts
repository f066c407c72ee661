import { GessoError } from '../../contract/errors.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

type ModelChannel = Extract<keyof ChannelHandlers, `models.${string}`>;

/** What the library panel asks for. */
export function modelsHandlers(studio: Studio): Pick<ChannelHandlers, ModelChannel> {
  const { library, store } = studio.options.workshop;
  const tell = () => studio.page?.emit('models.changed', studio.models());

  /** Pictures that wait for a model by its name. */
  const waitingFor = (id: string): number => {
    const uses = new Map<number, boolean>();
    return store.unfinished().filter(({ job }) => {
      if (!uses.has(job))
        uses.set(
          job,
          store.job(job).recipe.steps.some(({ model }) => model === id),
        );
      return uses.get(job);
    }).length;
  };

  return {
    'models.install': async ({ ids }, signal) => {
      studio.data.refuseWhileMoving();
      try {
        for (const id of ids) {
          await library.install(id, {
            signal,
            onProgress: ({ phase, fraction }) =>
              studio.page?.emit('models.progressed', { id, phase, fraction: Math.min(1, fraction) }),
          });
          tell();
        }
      } finally {
        // What a pause or a failure left is gone on from.
        tell();
      }
    },
    'models.discard': async ({ id }) => {
      await library.discard(id);
      tell();
    },
    'models.verify': ({ id }) => library.verify(id),
    'models.remove': async ({ id }) => {
      studio.data.refuseWhileMoving();
      const waiting = waitingFor(id);
      if (waiting > 0)
        throw new GessoError(
          'app/busy',
          `${library.entry(id).name} is needed by ${waiting} ${waiting === 1 ? 'picture' : 'pictures'} in the queue.`,
          'Let them finish, or cancel them in the queue first.',
        );
      await library.remove(id);
      tell();
    },
  };
}
