import { useEffect, useRef } from 'react';
import { selectedSource, useStudio } from '../app/store.ts';
import { t } from '../ui/words.ts';
import { type Looked, useClip } from './clip-store.ts';
import { usedIn } from './derived.ts';
import { type Graph, graphOf } from './frame-graph.ts';
import { paintGraph } from './graph-paint.ts';
import { gridInForce, resultSide } from './result-side.ts';
import { stepIn } from './step.ts';
import { inksOf } from './strip-paint.ts';
import { useLooks, useSight, useWidth } from './use-timeline.ts';

/** Where the frames of source and result fall, for the part of the clip that is in sight on the timeline. */
export function FrameGraph() {
  const looked = useClip((clip) => clip.looked);
  return looked ? <GraphOf looked={looked} /> : null;
}

function GraphOf({ looked }: { looked: Looked }) {
  const [area, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const sight = useSight();
  const graph = useGraph(looked, width);
  const looks = useLooks();
  const playhead = useClip((clip) => clip.playhead);
  const names = `${t('clipRoom.graph.source')} ${t('clipRoom.graph.result')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other looks and other words are drawn anew
  useEffect(() => {
    if (!canvas.current || width === 0) return;
    paintGraph(canvas.current, { graph, sight, width, playhead }, inksOf(canvas.current));
  }, [graph, sight.from, sight.to, width, playhead, looks, names]);
  return (
    <div className="graph">
      <div className="graph-area" ref={area} role="img" aria-label={graphText(graph)}>
        <canvas ref={canvas} />
      </div>
      {/* As wide as the buttons beside the timeline: both have the same moments under each other. */}
      <span className="graph-side" />
      {!graph && <p className="graph-closer dim">{t('clipRoom.graph.closer')}</p>}
    </div>
  );
}

/** Marks are this far apart at least, CSS pixels. */
const LEAST_GAP = 4;

function useGraph(looked: Looked, width: number): Graph | undefined {
  const sight = useSight();
  const step = useStudio(stepIn);
  const item = useStudio((state) => selectedSource(state)?.item);
  const preview = useClip((clip) => clip.preview);
  const latest = useClip((clip) => clip.latest);
  const unread = useClip((clip) => clip.unread);
  const side = resultSide(looked, step, item, { preview, latest, unread });
  const grid = gridInForce(looked, side, step);
  const used = usedIn(looked, step);
  const key = JSON.stringify([grid, sight, width]);
  const last = useRef<{ key: string; used: unknown; graph: Graph | undefined }>(undefined);
  if (last.current?.key !== key || last.current.used !== used)
    last.current = { key, used, graph: graphOf(used, grid, sight, width / LEAST_GAP) };
  return last.current.graph;
}

/** The same in words, for those who cannot see it. */
function graphText(graph: Graph | undefined): string {
  if (!graph) return t('clipRoom.graph.title');
  const { counts, spacing } = graph;
  const { sources, results, made, held } = counts;
  const milliseconds = (seconds: number) => Math.round(seconds * 1e4) / 10;
  const least = milliseconds(spacing?.least ?? 0);
  const most = milliseconds(spacing?.most ?? 0);
  const words =
    least === most
      ? t('clipRoom.graph.even', { sources, results, made, held, spacing: least })
      : t('clipRoom.graph.uneven', { sources, results, made, held, least, most });
  return `${t('clipRoom.graph.title')}: ${words}`;
}
