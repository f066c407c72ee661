import { t } from '../ui/words.ts';

/** Why something cannot be made now; nothing where it can. @param id that its button is described by */
export function WhyNot({ id, reasons }: { id: string; reasons: readonly string[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul id={id} className="reasons" aria-label={t('restore.whyNot.title')}>
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}
