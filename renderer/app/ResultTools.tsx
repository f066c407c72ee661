import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { t } from '../ui/words.ts';

/** What can be done with the file of a result. */
export function ResultTools() {
  return (
    <>
      <ActionButton action="result.reveal" className="tool tool-icon" label={t('actions.result.reveal')}>
        <Icon name="folder" />
      </ActionButton>
      <ActionButton action="result.export" className="tool tool-icon" label={t('canvas.tools.export')}>
        <Icon name="save" />
      </ActionButton>
    </>
  );
}
