import { changeWords } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { SuggestSwitch } from '../../inspector/suggest/Suggestions.tsx';
import { t } from '../../ui/words.ts';
import { PromptEditor } from './PromptEditor.tsx';
import { PromptShelf } from './PromptShelf.tsx';
import { useTokens } from './use-tokens.ts';

/** What is to be seen, and what not, with what was asked for before. */
export function PromptSection() {
  const { prompt, negative, model } = useStudio(({ generate }) => generate.diffusion);
  const [ofPrompt, ofNegative] = useTokens(model, prompt, negative);
  return (
    <section className="section" aria-labelledby="prompt">
      <div className="row section-head">
        <h2 id="prompt">{t('generate.prompt')}</h2>
        <PromptShelf />
      </div>
      <PromptEditor
        label={t('generate.prompt')}
        placeholder={t('generate.promptPlace')}
        value={prompt}
        count={ofPrompt}
        rows={4}
        hint={t('generate.promptHint')}
        isSuggested
        onChange={(text) => changeWords({ prompt: text })}
      />
      <SuggestSwitch />
      <PromptEditor
        label={t('generate.negative')}
        placeholder={t('generate.negative')}
        value={negative}
        count={ofNegative}
        rows={2}
        onChange={(text) => changeWords({ negative: text })}
      />
    </section>
  );
}
