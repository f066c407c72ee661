import { changeLearn } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { useWordsLearnt } from './use-suggestions.ts';
import './suggestions.css';
import { Check } from '../../ui/Check.tsx';

interface SuggestionsProps {
  /** What was typed, which each of them begins with. */
  text: string;
  texts: readonly string[];
  take(text: string): void;
}

/** How a text could go on, quietly below it. */
export function Suggestions({ text, texts, take }: SuggestionsProps) {
  if (texts.length === 0) return null;
  return (
    <div className="suggestions">
      <ul aria-label={t('learn.suggestions')}>
        {texts.map((each) => (
          <li key={each}>
            <button
              type="button"
              className="suggestion"
              aria-label={each}
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(each)}
            >
              <span className="faint">… </span>
              {each.slice(text.length).trim()}
            </button>
          </li>
        ))}
      </ul>
      <p className="faint prompt-foot">{t('learn.suggestHint')}</p>
    </div>
  );
}

/** Nothing where no words were learnt. */
export function SuggestSwitch() {
  const has = useWordsLearnt() !== undefined;
  const isOn = useStudio(({ learn }) => learn.suggests);
  if (!has) return null;
  return (
    <Check isOn={isOn} onChange={(isOn) => changeLearn({ suggests: isOn })}>
      {t('learn.suggests')}
    </Check>
  );
}
