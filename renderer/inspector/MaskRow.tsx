import { removeMask } from '../app/mask-paint.ts';
import { selectedSource, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { t } from '../ui/words.ts';

/** Where something applies to the picture on the canvas: painted there, or everywhere. */
export function MaskRow({ layer }: { layer: string }) {
  const isPainting = useStudio(({ brush }) => brush !== undefined);
  const hasMask = useStudio((state) => {
    const source = selectedSource(state);
    return source !== undefined && state.masks[source.id]?.[layer] !== undefined;
  });
  return (
    <div className="row mask-row">
      <ActionButton action="mask.paint" isPressed={isPainting}>
        {t(hasMask ? 'mask.change' : 'mask.paint')}
      </ActionButton>
      {hasMask ? (
        <button type="button" className="link" onClick={removeMask}>
          {t('mask.remove')}
        </button>
      ) : (
        <span className="faint">{t('mask.everywhere')}</span>
      )}
    </div>
  );
}
