import { useEffect, useReducer, useState, useSyncExternalStore } from 'react';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { PixelRect, SourceView } from '../../contract/views.ts';
import { bridge } from '../app/bridge.ts';
import { togglePreview } from '../app/preview.ts';
import { displayColours, onDisplayChanged, stage } from '../app/stage.ts';
import { getState, useStudio } from '../app/store.ts';
import { PaneGrid } from '../canvas/pane-grid.ts';
import { decode } from '../canvas/pictures.ts';
import { scaleOfSteps } from '../studios/restore/steps.ts';
import { comparedSteps } from './compared.ts';
import { Comparison, type Target } from './comparison.ts';

/** Results are told apart at twice the source's pixels; nearer than that only where the canvas was nearer. */
const FIRST_ZOOM = 2;

export interface Compared {
  comparison: Comparison;
  grid: PaneGrid;
}

interface Shown extends Compared {
  zoom: number;
  /** Why the picture cannot be shown. */
  problem: ErrorRecord | undefined;
}

/** Panes and models at work on `source`, for as long as the comparison is open; undefined just before. */
export function useComparison(
  source: SourceView | undefined,
  compared: readonly string[],
): Shown | undefined {
  const display = useSyncExternalStore(onDisplayChanged, displayColours);
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const [tools, setTools] = useState<Compared>();
  const [zoom, setZoom] = useState(0);
  const [problem, setProblem] = useState<ErrorRecord>();

  useEffect(() => {
    const comparison = new Comparison({
      run: bridge.runPreview,
      decode: (url) => decode({ url }),
      display,
      changed: () => {
        grid.redraw();
        changed();
      },
    });
    const grid = new PaneGrid(display, { seen: (part) => comparison.see(part), zoomed: setZoom });
    const unhear = bridge.onPreviewMade((block) => comparison.add(block));
    setTools({ comparison, grid });
    return () => {
      unhear();
      comparison.end();
      grid.dispose();
    };
  }, [display]);
  useEffect(pausePreview, []);

  const id = source?.state === 'ready' ? source.id : undefined;
  useEffect(() => {
    let isOver = false;
    setProblem(undefined);
    if (!tools || id === undefined) {
      tools?.grid.show(undefined, undefined, 0);
      return;
    }
    void showPicture(tools.grid, id, () => isOver).then((error) => !isOver && setProblem(error));
    return () => {
      isOver = true;
    };
  }, [tools, id]);

  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const [width, height] = [source?.width, source?.height];
  useEffect(() => {
    if (!tools) return;
    const picture = id !== undefined && width && height ? { id, width, height } : undefined;
    const targets = compared.flatMap((each): Target[] => {
      const model = models.find((known) => known.id === each);
      if (!model?.installed) return [];
      const steps = comparedSteps(model, settings, models);
      return [{ model: each, steps, scale: scaleOfSteps(steps, models) }];
    });
    tools.comparison.aim(picture, targets);
  }, [tools, id, width, height, compared, models, settings]);

  return tools && { ...tools, zoom, problem };
}

/** The canvas behind shows no preview meanwhile: there is one at a time. It goes on afterwards. */
function pausePreview(): (() => void) | undefined {
  if (!getState().preview) return undefined;
  togglePreview();
  return () => {
    if (!getState().preview) togglePreview();
  };
}

/** @returns why it cannot be shown */
async function showPicture(
  grid: PaneGrid,
  id: string,
  isOver: () => boolean,
): Promise<ErrorRecord | undefined> {
  const viewed = await bridge.viewSource({ id, display: displayColours() });
  if (!viewed.ok) return viewed.error;
  const { before } = viewed.value;
  const image = await decode(before).catch(() => undefined);
  if (image && !isOver()) {
    const part: PixelRect | undefined = stage()?.seenOf(id);
    grid.show({ key: id, before: { image, view: before }, after: undefined }, part, FIRST_ZOOM);
  }
  return undefined;
}
