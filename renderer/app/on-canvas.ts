import type { Outcome } from '../../contract/bridge.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { MadeView } from '../../contract/made.ts';
import type { Display, PictureView } from '../../contract/views.ts';
import { isWalk } from '../studios/generate/made-name.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { shownMade } from './generate-changes.ts';
import { type StudioState, selectedSource } from './store.ts';

/** A picture for the canvas, and what it is called there; left out: by its place. */
export interface Viewed {
  readonly view: PictureView;
  readonly word?: string;
  /** Shown so many times each way, side by side. */
  readonly times?: number;
}

/** What is to be on the canvas. */
export interface Wanted {
  /** Changes whenever other pictures are to be fetched. */
  readonly state: string;
  /** Of what belongs together: the view stays where it is between pictures of one key. */
  readonly key: string;
  /** The source that cannot be shown where fetching fails, and what failed with it already. */
  readonly source?: string;
  readonly error?: ErrorRecord | undefined;
  fetch(display: Display): Promise<Outcome<{ before: Viewed; after?: Viewed | undefined }>>;
}

/** What the studio on screen wants to be seen; undefined: nothing. */
export function wantedOn(state: StudioState): Wanted | undefined {
  return state.studio === 'generate' ? wantedMade(state) : wantedSource(state);
}

function wantedSource(state: StudioState): Wanted | undefined {
  const source = selectedSource(state);
  if (source?.state !== 'ready') return undefined;
  const { id, item } = source;
  const hasResult = item !== undefined && ['done', 'skipped'].includes(item.status);
  return {
    state: `${id} ${hasResult ? item.id : ''}`,
    ...{ key: id, source: id, error: item?.error },
    async fetch(display) {
      const viewed = await bridge.viewSource({ id, display });
      if (!viewed.ok) return viewed;
      const { before, after } = viewed.value;
      return { ok: true, value: { before: { view: before }, after: after && { view: after } } };
    },
  };
}

/** A made picture, one that is being made, the pattern, or what is begun with. */
function wantedMade(state: StudioState): Wanted | undefined {
  const { generate, pattern, isTiled, madeProgress, besideMade } = state;
  if (state.generateView === 'table') return undefined;
  const made = shownMade(state);
  if (made?.status === 'done' || made?.status === 'skipped') return wantedResult(made, besideMade);
  const sketch = made && madeProgress[made.id]?.sketch;
  if (made && sketch) {
    // Of a latent space, what is seen of it is as large as it gets.
    const { width, height } = made.step.kind === 'latent' ? sketch : made.step;
    return plain(made.id, sketch.url, { width, height }, t('preview.soFar'));
  }
  // What waits, or was not made, has nothing to be seen.
  if (made) return undefined;
  if (generate.kind !== 'diffusion') {
    if (!pattern) return undefined;
    const { url, width, height } = pattern;
    const times = isTiled && generate.kind === 'rule' ? 2 : 1;
    return plain('pattern', url, { width, height }, t('generate.preview'), times);
  }
  const begun = wantedSource(state);
  return (
    begun && {
      ...begun,
      async fetch(display) {
        const viewed = await begun.fetch(display);
        if (!viewed.ok) return viewed;
        return { ok: true, value: { before: { ...viewed.value.before, word: t('generate.begun') } } };
      },
    }
  );
}

function wantedResult({ id, step }: MadeView, beside: string | undefined): Wanted {
  const shown = t(isWalk(step) ? 'generate.made.frame' : 'generate.made.shown');
  return {
    state: `${id} ${beside ?? ''}`,
    key: id,
    async fetch(display) {
      const viewed = await bridge.viewMade({ id, display });
      if (!viewed.ok) return viewed;
      const before = { view: viewed.value, word: shown };
      if (beside === undefined) return { ok: true, value: { before } };
      const other = await bridge.viewMade({ id: beside, display });
      if (!other.ok) return other;
      return { ok: true, value: { before, after: { view: other.value, word: t('generate.made.other') } } };
    },
  };
}

/** A picture whose address is known. */
function plain(
  key: string,
  url: string,
  size: { width: number; height: number },
  word: string,
  times = 1,
): Wanted {
  const view: PictureView = { url, ...size, previewWidth: size.width, display: 'srgb' };
  return {
    state: `${url} ${times} ${size.width} ${size.height}`,
    key,
    fetch: async () => ({ ok: true, value: { before: { view, word, times } } }),
  };
}
