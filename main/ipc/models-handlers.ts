import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

type ModelChannel = Extract<keyof ChannelHandlers, `models.${string}`>;

/** What the library panel asks for. */
export function modelsHandlers(studio: Studio): Pick<ChannelHandlers, ModelChannel> {
  const { workshop, desktop } = studio.options;
  const { library, store } = workshop;
  const tell = () => studio.page?.emit('models.changed', studio.models());

  /** Pictures that wait for a model by its name. */
  const waitingFor = (id: string): number => {
    const uses = new Map<number, boolean>();
    return store.unfinished().filter(({ job }) => {
      if (!uses.has(job))
        uses.set(
          job,
          store.job(job).recipe.steps.some((step) => 'model' in step && step.model === id),
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
    'models.import': async ({ paths }, signal) => {
      studio.data.refuseWhileMoving();
      const imported = [];
      for (const file of paths ?? [await desktop.chooseModel()]) {
        // The dialog was closed.
        if (file === undefined) break;
        if (!path.isAbsolute(file))
          throw new GessoError(
            'usage/invalid',
            expected('an absolute path', 'a model file', file),
            'Drop it again.',
          );
        const { isDiffusion } = await workshop.host.call('bundle.recognise', { source: file });
        if (isDiffusion)
          throw new GessoError(
            'usage/invalid',
            `${path.basename(file)} is of a diffusion model, which Generate makes pictures with.`,
            'Go to Generate and drop it there.',
          );
        const { model, isNew, notes } = await library.import(
          file,
          {},
          {
            signal,
            onProgress: ({ phase, fraction }) =>
              studio.page?.emit('models.progressed', { phase, fraction: Math.min(1, fraction) }),
          },
        );
        imported.push({ id: model.id, isNew, notes: [...notes] });
        tell();
      }
      return imported;
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
