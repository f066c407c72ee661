import { GENERATE_VIEWS } from '../../app/generate-state.ts';
import { useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { t } from '../../ui/words.ts';

/** What the middle of the room shows. */
export function ViewSwitch() {
  const view = useStudio((state) => state.generateView);
  const kind = useStudio(({ generate }) => generate.kind);
  const isTiled = useStudio((state) => state.isTiled);
  return (
    <div className="view-switch" role="toolbar" aria-label={t('generate.views.title')}>
      <div className="views">
        {GENERATE_VIEWS.map((each) => (
          <ActionButton key={each} action={`generate.${each}`} className="tool" isPressed={each === view}>
            {t(`generate.views.${each}`)}
          </ActionButton>
        ))}
      </div>
      {kind === 'rule' && (
        <ActionButton action="generate.tile" className="tool" isPressed={isTiled}>
          {t('generate.tiled')}
        </ActionButton>
      )}
    </div>
  );
}
