import type { StyleLook } from '../../../contract/style-settings.ts';
import { BUILT_IN_PAINTER, DEFAULT_PAINTER } from '../../../contract/tasks.ts';
import type { ModelView } from '../../../contract/views.ts';

/** Models of the family that paints in the styles of pictures: one reads, one paints. */
function familyOf(models: readonly ModelView[]): ModelView[] {
  const painter = models.find(({ id }) => id === DEFAULT_PAINTER);
  return models.filter(({ id, task }) => task === 'style' && painter && id.startsWith(painter.id));
}

type Layers = readonly { readonly look: Pick<StyleLook, 'styles'> }[];

/** What the chosen styles need; all that Style has where nothing is chosen yet. */
export function modelsFor(layers: Layers, models: readonly ModelView[]): ModelView[] {
  const styles = layers.flatMap(({ look }) => look.styles);
  const isAny = styles.length === 0;
  const builtIn = isAny || styles.some(({ from }) => 'builtIn' in from);
  const pictures = isAny || styles.some(({ from }) => 'picture' in from);
  return [
    ...models.filter(({ id }) => builtIn && id === BUILT_IN_PAINTER),
    ...(pictures ? familyOf(models) : []),
  ];
}

export function areInstalled(layers: Layers, models: readonly ModelView[]): boolean {
  const needed = modelsFor(layers, models);
  return needed.length > 0 && needed.every(({ installed }) => installed);
}
