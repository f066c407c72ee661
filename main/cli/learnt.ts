import { z } from 'zod';
import { presetName } from '../../contract/recipe.ts';
import type { InstalledLearnt } from '../../models/library/learnt.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { EXIT } from './run-job.ts';
import { parseOrExplain } from './usage.ts';

const print = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);

/** What was learnt here, for `gesso models list`. */
export function listLearnt({ learnt }: Workshop, json: boolean): void {
  for (const { id, kind, bytes, learnt: card } of learnt.list()) {
    if (json) print({ event: 'model', id, installed: true, task: 'learn', kind, bytes });
    else
      process.stdout.write(
        `* ${id.padEnd(26)} ${`${(bytes / 1e6).toFixed(1)} MB`.padStart(13)}  your own  ${kind}, learnt from ${card.from.join(', ')}\n`,
      );
  }
}

/** @returns whether there is one of that name */
export function infoOfLearnt({ learnt }: Workshop, id: string, json: boolean): boolean {
  const found = learnt.get(id);
  if (!found) return false;
  if (json) print({ event: 'model', installed: true, task: 'learn', ...found });
  else process.stdout.write(`${cardOf(found).join('\n')}\n`);
  return true;
}

/** Calls something learnt something else. @returns the exit code */
export async function renameLearnt(
  { learnt }: Workshop,
  id: string,
  name: string,
  json: boolean,
): Promise<number> {
  const wanted = parseOrExplain(
    z.object({ name: presetName }),
    { name },
    'usage/invalid',
    'See `gesso learn rename --help`.',
  );
  const renamed = await learnt.rename(id, wanted.name);
  if (json) print({ event: 'renamed', id, name: renamed.name });
  else process.stdout.write(`${id} is called ${renamed.name}.\n`);
  return EXIT.done;
}

/** The card of something learnt: from what, how long, what came of it. */
export function cardOf({ id, name, kind, parameters, latent, learnt }: InstalledLearnt): string[] {
  const { from, examples, steps, seconds, seed, figures, notes } = learnt;
  return [
    `${name} (${id}): ${kind}`,
    `Learnt here from ${examples} examples of ${from.join(', ')}: ${steps} steps, ${seconds} s, seed ${seed}`,
    `${parameters} parameters`,
    ...Object.entries(figures).map(([figure, value]) => `${figure}: ${value}`),
    ...(latent ? [`Draws as ${latent}: gesso generate latent --model ${latent}`] : []),
    ...notes,
  ];
}
