import type { RULES, RuleId, RuleSetting } from '../../../contract/rule-list.ts';
import { changeRule } from '../../app/generate-changes.ts';
import { getState, useStudio } from '../../app/store.ts';
import { StepSlider } from '../../inspector/StepSlider.tsx';
import { Check } from '../../ui/Check.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';

type Known = (typeof RULES)[RuleId]['settings'][number];
type Choices = Extract<Known, { kind: 'choice' }>['choices'][number];

/** A setting of the pattern, and how to have it as it was at first. */
export function RuleField({ setting }: { setting: RuleSetting }) {
  const given = useStudio(({ generate }) => generate.rule.settings[setting.key]);
  const name = t(`generate.setting.${setting.key as Known['key']}`);
  const reset = given !== undefined && given !== setting.default && (
    <button
      type="button"
      className="reset-one"
      aria-label={t('generate.resetOf', { name })}
      onClick={() => change(setting.key, undefined)}
    >
      <Icon name="reset" />
    </button>
  );
  switch (setting.kind) {
    case 'toggle':
      return (
        <div className="row">
          <Check
            isOn={given === undefined ? setting.default : given === true}
            onChange={(isOn) => change(setting.key, isOn)}
          >
            {name}
          </Check>
          {reset}
        </div>
      );
    case 'choice':
      return (
        <div className="named-field">
          <span className="row">
            <span className="dim">{name}</span>
            {reset}
          </span>
          <Pick
            label={name}
            value={String(given ?? setting.default)}
            options={setting.choices.map((value) => ({
              value,
              text: t(`generate.choice.${value as Choices}`),
            }))}
            onChange={(value) => change(setting.key, value)}
          />
        </div>
      );
    case 'number': {
      const value = typeof given === 'number' ? given : setting.default;
      const { min, max, step } = setting;
      return (
        <div className="named-field">
          <span className="row">
            <span className="dim">{name}</span>
            <span className="row">
              {reset}
              <span className="dim numbers">{value}</span>
            </span>
          </span>
          <StepSlider
            label={name}
            text={String(value)}
            {...{ value, min, max, step }}
            onChange={(next) => change(setting.key, rounded(next, step))}
          />
        </div>
      );
    }
  }
}

/** Sliders count in binary: 0.1 + 0.2 is to be 0.3. */
function rounded(value: number, step: number): number {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return Number(value.toFixed(digits));
}

function change(key: string, value: number | string | boolean | undefined): void {
  const { [key]: _, ...others } = getState().generate.rule.settings;
  changeRule({ settings: value === undefined ? others : { ...others, [key]: value } });
}
