import type { StyleLook } from '../../../contract/style-settings.ts';
import { BUILT_IN_PAINTER, DEFAULT_PAINTER } from '../../../contract/tasks.ts';
import type { ModelView } from '../../../contract/views.ts';

/** Models of the family that paints in the styles of pictures: one reads, one paints. */
function familyOf(models: readonly ModelView[]): ModelView[] {
  const painter = models.find(({ id }) => id === DEFAULT_PAINTER);
  return models.filter(({ id, task }) => task === 'style' && painter && id.startsWith(painter.id));
}

/** What the chosen styles need; all that Style has where nothing is chosen yet. */
export function modelsFor({ styles }: StyleLook, models: readonly ModelView[]): ModelView[] {
  const isAny = styles.length === 0;
  const builtIn = isAny || styles.some(({ from }) => 'builtIn' in from);
  const pictures = isAny || styles.some(({ from }) => 'picture' in from);
  return [
    ...models.filter(({ id }) => builtIn && id === BUILT_IN_PAINTER),
    ...(pictures ? familyOf(models) : []),
  ];
}

export function areInstalled(look: StyleLook, models: readonly ModelView[]): boolean {
  const needed = modelsFor(look, models);
  return needed.length > 0 && needed.every(({ installed }) => installed);
}
