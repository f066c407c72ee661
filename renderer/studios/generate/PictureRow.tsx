import type { ChosenFile } from '../../../contract/generate-settings.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';

/** Asks with the system's dialog for a picture; undefined where the user cancels. */
export function choosePictureFile(): Promise<ChosenFile | undefined> {
  return attempt(bridge.chooseGenerateFile({ what: 'picture' }));
}

interface PictureRowProps {
  label: string;
  chosen: ChosenFile | undefined;
  onChange(chosen: ChosenFile | undefined): void;
}

/** A picture that something is taken from: its name, and another one instead of it. */
export function PictureRow({ label, chosen, onChange }: PictureRowProps) {
  const choose = async () => {
    const picture = await choosePictureFile();
    if (picture) onChange(picture);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className="row" role="group" aria-label={label}>
      {chosen && <span className="dim cut-off">{t('generate.ofPicture', { name: chosen.name })}</span>}
      <button type="button" className="link" onClick={() => void choose()}>
        {t('generate.choosePicture')}
      </button>
      {chosen && (
        <button
          type="button"
          className="reset-one"
          aria-label={t('generate.removeFile', { name: chosen.name })}
          onClick={() => onChange(undefined)}
        >
          <Icon name="stop" />
        </button>
      )}
    </div>
  );
}
