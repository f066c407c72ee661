import type { ModelView } from '../../contract/views.ts';

/** Whether a model can be run now. */
export function isInstalled(models: readonly Pick<ModelView, 'id' | 'installed'>[], model: string): boolean {
  return models.some(({ id, installed }) => installed && id === model);
}
