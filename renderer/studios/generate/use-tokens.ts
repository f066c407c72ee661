import { useEffect, useState } from 'react';
import type { Reply } from '../../../contract/channels.ts';
import { bridge } from '../../app/bridge.ts';

export type TokenCount = Reply<'generate.countTokens'>[number];

/** After the last key; milliseconds. */
const RESTED_MS = 120;

/** How much room prompts take in the text encoder of a model; nothing while that is not known. */
export function useTokens(
  model: string | undefined,
  prompt: string,
  negative: string,
): readonly (TokenCount | undefined)[] {
  const [counts, setCounts] = useState<readonly TokenCount[]>([]);
  useEffect(() => {
    if (model === undefined) {
      setCounts([]);
      return;
    }
    let isCurrent = true;
    const timer = setTimeout(async () => {
      // What fails here is said when the picture is made.
      const outcome = await bridge.countTokens({ model, texts: [prompt, negative] });
      if (isCurrent) setCounts(outcome.ok ? outcome.value : []);
    }, RESTED_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [model, prompt, negative]);
  return counts;
}
