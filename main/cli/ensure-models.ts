import { GessoError } from '../../contract/errors.ts';
import type { Recipe } from '../../contract/recipe.ts';
import { defaultModel } from '../jobs/resolve.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { InstallProgress } from './install-progress.ts';

/**
 * Installs the model that a recipe asks for and that is not there yet: naming it (or asking for the default) on the
 * command line is asking for its download. A default that cannot be had is not fatal while something else is installed.
 */
export async function ensureModels(workshop: Workshop, recipe: Recipe): Promise<void> {
  for (const step of recipe.steps) {
    const id = step.model ?? defaultModel(step.scale ?? 2);
    if (workshop.library.get(id) || !workshop.library.list().some(({ entry }) => entry.id === id)) continue;
    const progress = new InstallProgress(id);
    try {
      await workshop.library.install(id, { onProgress: (p) => progress.update(p) });
      progress.end('installed');
    } catch (cause) {
      progress.end('not installed');
      if (step.model !== undefined || workshop.readyModels().length === 0) throw cause;
      const { message } = GessoError.from(cause);
      process.stderr.write(`${id} could not be had: ${message}\n`);
    }
  }
}
