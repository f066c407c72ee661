import type { BundleNetworks, Condition, TextRun, TextStates } from './networks.ts';

/** A prompt in the tokens of each text encoder: chunk after chunk, one run each. */
export interface PromptTokens {
  /** [encoder][chunk] */
  readonly runs: readonly (readonly TextRun[])[];
  /** [encoder][chunk][token]: how much each token counts; left out: all alike. */
  readonly weights?: readonly (readonly (readonly number[])[])[] | undefined;
}

/**
 * Has a prompt read by the bundle's text encoders.
 * @param skipped layers that are left out at the end, as diffusers counts them
 * @param weigh changes a chunk's embeddings [tokens, width] by its tokens' weights
 */
export async function readPrompt(
  networks: BundleNetworks,
  { runs, weights }: PromptTokens,
  skipped: number,
  weigh: (embeddings: Float32Array, weights: readonly number[], width: number) => Float32Array,
): Promise<Condition> {
  const { bundle } = networks;
  const chunks = runs[0]?.length ?? 0;
  const perChunk: Float32Array[][] = Array.from({ length: chunks }, () => []);
  let pooled: Float32Array | undefined;
  for (const [index, encoder] of bundle.texts.entries()) {
    for (const [at, run] of (runs[index] ?? []).entries()) {
      const states = await networks.text(index, run);
      const read = chosen(states, bundle.family === 'sdxl', skipped, encoder);
      const counts = weights?.[index]?.[at];
      perChunk[at]?.push(counts?.some((each) => each !== 1) ? weigh(read, counts, encoder.width) : read);
      // The text as a whole is that of the first chunk, of the last encoder.
      if (at === 0 && index === bundle.texts.length - 1 && bundle.pooledWidth) pooled = states.pooled;
    }
  }
  const widths = bundle.texts.map(({ width }) => width);
  const tokens = bundle.texts[0]?.tokens ?? 0;
  const text = new Float32Array(chunks * tokens * bundle.textWidth);
  for (const [at, parts] of perChunk.entries())
    text.set(sideBySide(parts, widths, tokens), at * tokens * bundle.textWidth);
  return { text, tokens: chunks * tokens, pooled };
}

/** Which layer's result the U-Net was trained with: the last one normalised, or SDXL's last but one as it is. */
function chosen(
  { hidden, normed }: TextStates,
  isXl: boolean,
  skipped: number,
  { layers, tokens, width }: { layers: number; tokens: number; width: number },
): Float32Array {
  const layer = Math.max(0, layers - skipped - (isXl ? 1 : 0));
  const size = tokens * width;
  return (isXl ? hidden : normed).slice(layer * size, (layer + 1) * size);
}

/** Each token's numbers of all encoders, one after the other. */
function sideBySide(parts: readonly Float32Array[], widths: readonly number[], tokens: number): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const all = widths.reduce((a, b) => a + b, 0);
  const out = new Float32Array(tokens * all);
  let column = 0;
  for (const [index, part] of parts.entries()) {
    const width = widths[index] ?? 0;
    for (let token = 0; token < tokens; token += 1)
      out.set(part.subarray(token * width, (token + 1) * width), token * all + column);
    column += width;
  }
  return out;
}

/** Of the same shape, all zeros: what an empty negative prompt is to SDXL. */
export function zeros({ text, tokens, pooled }: Condition): Condition {
  return {
    text: new Float32Array(text.length),
    tokens,
    ...(pooled && { pooled: new Float32Array(pooled.length) }),
  };
}
