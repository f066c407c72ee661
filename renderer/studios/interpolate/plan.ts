import { useEffect, useState } from 'react';
import type { Reply } from '../../../contract/channels.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import { bridge } from '../../app/bridge.ts';
import { selectedSource, stepFor, useStudio } from '../../app/store.ts';

/** What would become of the clip on screen. */
export type Plan = { ok: true; value: Reply<'clip.plan'> } | { ok: false; error: ErrorRecord };

/** A slider that is dragged asks once; milliseconds. */
const SETTLED_MS = 200;

/** The plan for the clip on screen with the settings as they are; undefined until it is known. */
export function usePlan(): Plan | undefined {
  const source = useStudio((state) => {
    const selected = selectedSource(state);
    return selected?.state === 'ready' ? selected.id : undefined;
  });
  const output = useStudio(({ clip }) => clip.output);
  const asked = useStudio((state) => (source === undefined ? '' : JSON.stringify(stepFor(state, source))));
  const [plan, setPlan] = useState<{ of: string; plan: Plan }>();
  const key = JSON.stringify([source, asked, output]);
  useEffect(() => {
    if (source === undefined) return;
    let isLate = false;
    const timer = setTimeout(async () => {
      const outcome = await bridge.planClip({ source, step: JSON.parse(asked), output });
      if (!isLate) setPlan({ of: key, plan: outcome });
    }, SETTLED_MS);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [source, asked, output, key]);
  return source !== undefined && plan?.of === key ? plan.plan : undefined;
}
