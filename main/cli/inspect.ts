import path from 'node:path';
import type { Workshop } from '../jobs/workshop.ts';
import { EXIT } from './run-job.ts';

/** Says how a picture was made. @returns the exit code: 1 where the file does not say */
export async function inspect(workshop: Workshop, file: string, json: boolean): Promise<number> {
  const input = path.resolve(file);
  const { recipe, parameters } = await workshop.pictures.call('picture.recipe', { file: input });
  const parsed = recipe === undefined ? undefined : parsedOr(recipe);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ event: 'made', input, recipe: parsed ?? null, parameters: parameters ?? null })}\n`,
    );
  else if (parsed !== undefined) process.stdout.write(`${JSON.stringify(parsed, null, 2)}\n`);
  else if (parameters !== undefined) process.stdout.write(`${parameters}\n`);
  else process.stderr.write(`${path.basename(input)} does not say how it was made.\n`);
  return parsed === undefined && parameters === undefined ? EXIT.someFailed : EXIT.done;
}

/** Somebody else may have written over it. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
