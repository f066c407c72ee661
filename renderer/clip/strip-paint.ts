import type { Looked, Thumb } from './clip-store.ts';
import { frameAt, nearestFrame } from './moments.ts';
import { rulerStep, type Sight, timecode, timeToX, xToTime } from './timeline.ts';

/** Colours of the page, as its tokens are now. */
export interface Inks {
  text: string;
  dim: string;
  faint: string;
  line: string;
  edge: string;
  bg: string;
  font: string;
}

/** Heights, CSS pixels. */
const RULER = 18;
const LANE = 14;
const STRIP = 48;
const TIMELINE_HEIGHT = RULER + LANE + STRIP;
/** From this width on a frame has a tick of its own, CSS pixels. */
const FRAME_TICK = 6;

export function inksOf(element: HTMLElement): Inks {
  const style = getComputedStyle(element);
  const ink = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: ink('text'),
    dim: ink('dim'),
    faint: ink('faint'),
    line: ink('line'),
    edge: ink('edge'),
    bg: ink('bg'),
    font: `11px ${style.fontFamily}`,
  };
}

interface StripScene {
  looked: Looked | undefined;
  thumbs: readonly Thumb[];
  sight: Sight;
  part: Sight;
  /** Seconds of cuts that hold. */
  cuts: readonly number[];
  /** CSS pixels. */
  width: number;
}

/** Draws ruler, thumbnails, repeats and what is outside of the part; handles and signs lie over it as elements. */
export function paintStrip(canvas: HTMLCanvasElement, scene: StripScene, inks: Inks): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { width } = scene;
  canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
  canvas.height = Math.round(TIMELINE_HEIGHT * devicePixelRatio);
  context.scale(devicePixelRatio, devicePixelRatio);
  paintThumbs(context, scene, inks);
  if (scene.looked) paintRepeats(context, scene.looked, scene, inks);
  paintOutside(context, scene, inks);
  paintCuts(context, scene, inks);
  paintRuler(context, scene, inks);
}

function paintThumbs(context: CanvasRenderingContext2D, { thumbs, sight, width }: StripScene, inks: Inks) {
  const top = RULER + LANE;
  context.fillStyle = inks.bg;
  context.fillRect(0, top, width, STRIP);
  const first = thumbs[0]?.bitmap;
  if (!first) return;
  const times = thumbs.map(({ time }) => time);
  const each = Math.max(8, (STRIP * first.width) / first.height);
  // Tiles keep their places in the clip, so that the strip does not swim when it is moved.
  const seconds = (each / width) * (sight.to - sight.from);
  const begin = Math.floor(sight.from / seconds);
  context.save();
  context.beginPath();
  context.rect(0, top, width, STRIP);
  context.clip();
  for (let tile = begin; tile * seconds < sight.to; tile += 1) {
    const thumb = thumbs[nearestFrame(times, (tile + 0.5) * seconds)]!;
    context.drawImage(thumb.bitmap, timeToX(sight, width, tile * seconds), top, each + 0.5, STRIP);
  }
  context.restore();
}

/** Frames that repeat the one before: a faint bar along the foot. */
function paintRepeats(
  context: CanvasRenderingContext2D,
  { times, end, repeats }: Looked,
  { sight, width }: StripScene,
  inks: Inks,
) {
  const y = RULER + LANE + STRIP - 4;
  let drawn = -1;
  for (const frame of repeats) {
    const from = timeToX(sight, width, times[frame]!);
    const to = timeToX(sight, width, times[frame + 1] ?? end);
    if (to < 0 || from > width || to <= drawn) continue;
    drawn = Math.max(to, from + 1);
    context.fillStyle = inks.bg;
    context.fillRect(from, y - 1, Math.max(1, to - from), 5);
    context.fillStyle = inks.faint;
    context.fillRect(from, y, Math.max(1, to - from - 0.5), 3);
  }
}

function paintOutside(context: CanvasRenderingContext2D, { part, sight, width }: StripScene, inks: Inks) {
  const top = RULER + LANE;
  const [from, to] = [timeToX(sight, width, part.from), timeToX(sight, width, part.to)];
  context.globalAlpha = 0.72;
  context.fillStyle = inks.bg;
  if (from > 0) context.fillRect(0, top, Math.min(width, from), STRIP);
  if (to < width) context.fillRect(Math.max(0, to), top, width - Math.max(0, to), STRIP);
  context.globalAlpha = 1;
}

/** A line over the strip where a scene begins; its sign stands in the lane above. */
function paintCuts(context: CanvasRenderingContext2D, { cuts, sight, width }: StripScene, inks: Inks) {
  const top = RULER + LANE;
  for (const cut of cuts) {
    const x = Math.round(timeToX(sight, width, cut));
    if (x < 0 || x > width) continue;
    context.fillStyle = inks.bg;
    context.fillRect(x - 1, top, 3, STRIP);
    context.fillStyle = inks.text;
    context.fillRect(x, top, 1, STRIP);
  }
}

function paintRuler(context: CanvasRenderingContext2D, { looked, sight, width }: StripScene, inks: Inks) {
  const secondsPerPixel = (sight.to - sight.from) / width;
  const { seconds, parts, digits } = rulerStep(secondsPerPixel);
  context.font = inks.font;
  context.textBaseline = 'middle';
  const tick = seconds / parts;
  const x = (time: number) => Math.round(timeToX(sight, width, time));
  const first = Math.floor(sight.from / tick);
  for (let n = first; n * tick <= sight.to; n += 1) {
    const isLabel = n % parts === 0;
    context.fillStyle = isLabel ? inks.edge : inks.line;
    context.fillRect(x(n * tick), isLabel ? 0 : RULER - 5, 1, isLabel ? RULER : 5);
    if (!isLabel) continue;
    context.fillStyle = inks.faint;
    context.fillText(timecode(n * tick, digits), x(n * tick) + 4, RULER / 2 - 1);
  }
  if (looked) paintFrameTicks(context, looked, sight, width, inks);
}

function paintFrameTicks(
  context: CanvasRenderingContext2D,
  { times }: Looked,
  sight: Sight,
  width: number,
  inks: Inks,
) {
  const first = frameAt(times, sight.from);
  const last = frameAt(times, xToTime(sight, width, width));
  if (last - first > width / FRAME_TICK) return;
  context.fillStyle = inks.faint;
  for (let frame = first; frame <= last; frame += 1)
    context.fillRect(Math.round(timeToX(sight, width, times[frame]!)), RULER + LANE - 4, 1, 4);
}
