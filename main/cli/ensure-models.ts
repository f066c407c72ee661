import type { AnyRecipe } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import { defaultModel, styleModelIds } from '../jobs/resolve.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { InstallProgress } from './install-progress.ts';

/**
 * Installs the model that a recipe asks for and that is not there yet: naming it (or asking for the default) on the
 * command line is asking for its download. One that cannot be had is only said here: the job then takes the best that
 * is installed, or each of its items fails with the reason.
 * @param more models that some of the inputs need
 */
export async function ensureModels(
  workshop: Workshop,
  recipe: AnyRecipe,
  more: readonly string[] = [],
): Promise<void> {
  for (const id of [...recipe.steps.flatMap((step) => idsOf(workshop, step)), ...more]) {
    if (workshop.library.get(id) || !workshop.library.list().some(({ entry }) => entry.id === id)) continue;
    const progress = new InstallProgress(id);
    try {
      await workshop.library.install(id, { onProgress: (p) => progress.update(p) });
      progress.end('installed');
    } catch (cause) {
      const { message, hint } = GessoError.from(cause);
      progress.end(`could not be had. ${message} ${hint}`);
    }
  }
}

function idsOf({ library }: Workshop, step: AnyRecipe['steps'][number]): string[] {
  switch (step.studio) {
    case 'restore':
      return [step.model ?? defaultModel(step.task, step.scale)];
    case 'interpolate':
      return [step.model ?? DEFAULT_INTERPOLATION];
    case 'generate':
      // Diffusion models are the user's own: none can be had.
      return step.kind === 'latent' ? [step.model] : [];
    case 'learn':
      // It begins with nothing.
      return [];
    case 'style':
      return styleModelIds(step).flatMap((id) => [
        id,
        ...library.list().flatMap(({ entry }) => (entry.id === id ? (entry.reader ?? []) : [])),
      ]);
  }
}
