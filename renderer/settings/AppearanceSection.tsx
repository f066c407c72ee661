import { TEXT_SIZES } from '../../contract/views.ts';
import { LANGUAGES } from '../../contract/words/words.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { setState, useStudio } from '../app/store.ts';
import { Pick } from '../ui/Pick.tsx';
import { Segments } from '../ui/Segments.tsx';
import { t } from '../ui/words.ts';

const THEMES = ['system', 'light', 'dark'] as const;

export function AppearanceSection() {
  const theme = useStudio((state) => state.theme);
  const textSize = useStudio((state) => state.textSize);
  const language = useStudio((state) => state.language.chosen);
  const languages = [
    { value: 'system', text: t('settings.appearance.system') },
    ...LANGUAGES.map(({ code, name }) => ({ value: code, text: name, lang: code })),
  ];
  return (
    <section className="section" aria-labelledby="settings-appearance">
      <h3 id="settings-appearance">{t('settings.appearance.title')}</h3>
      <Segments
        label={t('settings.appearance.theme')}
        value={theme}
        options={THEMES.map((value) => ({ value, text: t(`settings.appearance.${value}`) }))}
        onChange={(chosen) => {
          setState({ theme: chosen });
          void attempt(bridge.setTheme({ theme: chosen }));
        }}
      />
      <div className="settings-row">
        <span className="dim">{t('settings.appearance.textSize')}</span>
        <Pick
          label={t('settings.appearance.textSize')}
          value={String(textSize)}
          options={TEXT_SIZES.map((percent) => ({
            value: String(percent),
            text: t('units.percent', { percent }),
          }))}
          onChange={(chosen) => void setTextSize(chosen)}
        />
      </div>
      <div className="settings-row">
        <span className="dim">{t('settings.appearance.language')}</span>
        <Pick
          label={t('settings.appearance.language')}
          value={language}
          options={languages}
          onChange={(chosen) => void attempt(bridge.setLanguage({ language: chosen }))}
        />
      </div>
    </section>
  );
}

async function setTextSize(chosen: string): Promise<void> {
  const size = TEXT_SIZES.find((each) => String(each) === chosen) ?? 100;
  setState({ textSize: size });
  await attempt(bridge.setTextSize({ size }));
}
