import type { OutputRules } from '../../contract/recipe.ts';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';

type Existing = OutputRules['existing'];

const RULES: readonly Existing[] = ['skip', 'rename', 'overwrite'];

/** What becomes of a result whose name is taken. */
export function ExistingPick({ value, onChange }: { value: Existing; onChange(value: Existing): void }) {
  return (
    <Pick
      label={t('restore.existing.title')}
      value={value}
      options={RULES.map((rule) => ({ value: rule, text: t(`restore.existing.${rule}`) }))}
      onChange={onChange}
    />
  );
}
