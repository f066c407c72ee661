import { t } from '../ui/words.ts';
import type { Graph } from './frame-graph.ts';
import type { Inks } from './strip-paint.ts';
import { type Sight, timeToX } from './timeline.ts';

/** Heights, CSS pixels: `.graph` has the same. */
const HEIGHT = 90;
const SOURCE_Y = 26;
const RESULT_Y = 68;
/** From this far apart on, fractions are written beside the marks, CSS pixels. */
const ROOM_FOR_TEXT = 28;

interface GraphScene {
  graph: Graph | undefined;
  sight: Sight;
  /** CSS pixels. */
  width: number;
  playhead: number;
}

/** Two rows of marks, and a line from each result frame to what it is made of. */
export function paintGraph(
  canvas: HTMLCanvasElement,
  { graph, sight, width, playhead }: GraphScene,
  inks: Inks,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
  canvas.height = Math.round(HEIGHT * devicePixelRatio);
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = inks.font;
  if (!graph) return;
  const x = (time: number) => timeToX(sight, width, time);
  context.fillStyle = inks.line;
  context.fillRect(0, SOURCE_Y, width, 1);
  context.fillRect(0, RESULT_Y, width, 1);
  paintLines(context, graph, x, inks);
  paintSources(context, graph, x, inks);
  paintResults(context, graph, x, inks);
  context.fillStyle = inks.text;
  context.fillRect(Math.round(x(playhead)), 0, 1, HEIGHT);
  context.fillStyle = inks.dim;
  label(context, t('clipRoom.graph.source'), 12, inks);
  label(context, t('clipRoom.graph.result'), HEIGHT - 8, inks);
}

type ToX = (time: number) => number;

function label(context: CanvasRenderingContext2D, text: string, y: number, inks: Inks): void {
  context.textBaseline = 'middle';
  const { width } = context.measureText(text);
  context.globalAlpha = 0.85;
  context.fillStyle = inks.bg;
  context.fillRect(0, y - 7, width + 8, 14);
  context.globalAlpha = 1;
  context.fillStyle = inks.dim;
  context.fillText(text, 4, y);
}

function paintLines(context: CanvasRenderingContext2D, { sources, results }: Graph, x: ToX, inks: Inks) {
  const times = new Map(sources.map(({ frame, time }) => [frame, time]));
  context.lineWidth = 1;
  for (const { moment, place } of results) {
    const ends = place.kind === 'made' ? [place.frame, place.frame + 1] : [place.frame];
    // A held frame is not of its own time: its line is broken.
    context.setLineDash(place.kind === 'held' ? [3, 3] : []);
    context.strokeStyle = place.kind === 'made' ? inks.edge : inks.text;
    for (const frame of ends) {
      const time = times.get(frame);
      if (time === undefined) continue;
      context.beginPath();
      context.moveTo(x(moment), RESULT_Y);
      context.lineTo(x(time), SOURCE_Y);
      context.stroke();
    }
  }
  context.setLineDash([]);
}

function paintSources(context: CanvasRenderingContext2D, { sources }: Graph, x: ToX, inks: Inks) {
  context.fillStyle = inks.text;
  const [first, second] = sources;
  const isDense = first && second && x(second.time) - x(first.time) < 8;
  for (const { time, isCut } of sources) {
    context.fillRect(Math.round(x(time)) - (isDense ? 0 : 1), SOURCE_Y - 6, isDense ? 1 : 2, 12);
    // As on the strip: a diamond where a scene begins.
    if (isCut) diamond(context, x(time), SOURCE_Y - 12, 4);
  }
}

function paintResults(context: CanvasRenderingContext2D, { results }: Graph, x: ToX, inks: Inks) {
  const gap = results.length > 1 ? x(results[1]!.moment) - x(results[0]!.moment) : Number.POSITIVE_INFINITY;
  context.textBaseline = 'middle';
  context.lineWidth = 1.5;
  for (const { moment, place } of results) {
    const at = x(moment);
    context.beginPath();
    context.arc(at, RESULT_Y, gap < 8 ? 1.5 : 3.5, 0, 2 * Math.PI);
    // Full: a source frame; empty: made.
    context.fillStyle = place.kind === 'made' ? inks.bg : inks.text;
    context.strokeStyle = inks.text;
    context.fill();
    context.stroke();
    if (gap < ROOM_FOR_TEXT) continue;
    const text = place.kind === 'made' ? place.fraction.toFixed(2) : t(`clipRoom.graph.place.${place.kind}`);
    context.fillStyle = inks.faint;
    context.fillText(text, at - context.measureText(text).width / 2, RESULT_Y + 13);
  }
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  context.beginPath();
  context.moveTo(x, y - half);
  context.lineTo(x + half, y);
  context.lineTo(x, y + half);
  context.lineTo(x - half, y);
  context.fill();
}
