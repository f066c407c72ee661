import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InterpolateStep } from '../../../contract/clip-recipe.ts';
import { add, parseRational, toNumber, ZERO } from '../../../contract/time.ts';
import { type Analysis, analyse } from './analysis.ts';
import { readAnalysis, writeAnalysis } from './analysis-file.ts';
import { type OpenSource, unreadable } from './source.ts';
import { type Timeline, timelineOf } from './source-times.ts';

/** What of a step says which frames are used, and where scenes begin. */
type LookStep = Pick<InterpolateStep, 'from' | 'to' | 'rate' | 'scene' | 'cuts' | 'duplicates'>;

interface LookOptions {
  input: string;
  step: LookStep;
  /** Keeps what was seen, and segments: those of another source or part are removed. */
  parts: string;
  checkpoint: () => void;
  /** @param fraction 0..1 */
  progress: (fraction: number) => void;
}

/** Looks at all frames once; what was seen is kept for a job that goes on. */
export async function lookAtSource(
  source: OpenSource,
  { input, step, parts, checkpoint, progress }: LookOptions,
): Promise<{ analysis: Analysis; timeline: Timeline }> {
  const file = path.join(parts, 'analysis.json');
  const key = await keyOf(source, input, step);
  let analysis = await readAnalysis(file, key);
  if (!analysis) {
    const onClock = (text: string | undefined) => text && add(source.zero, parseRational(text)!);
    const [from, to] = [onClock(step.from), onClock(step.to)];
    const length = source.facts.video.duration ?? source.facts.duration;
    analysis = await analyse(source.frames, {
      from: from || undefined,
      to: to || undefined,
      checkpoint,
      progress: (ticks) => {
        const seconds = (Number(ticks) * source.frames.base.num) / source.frames.base.den;
        const [begin, end] = [
          toNumber(from || source.zero),
          toNumber(to || add(source.zero, length ?? ZERO)),
        ];
        if (end > begin) progress(Math.min(1, Math.max(0, (seconds - begin) / (end - begin))));
      },
    });
    // Segments of another source or recipe are of no use.
    await rm(parts, { recursive: true, force: true });
    await mkdir(parts, { recursive: true });
    await writeAnalysis(file, key, analysis);
  }
  if (analysis.ticks.length === 0) throw unreadable(input);
  const { duration } = source.facts.video;
  const end = step.to === undefined ? duration : undefined;
  return { analysis, timeline: timelineOf(analysis, step, source.zero, source.stated, end) };
}

/** What a source and a part of it are known by: another file under the same name is another source. */
async function keyOf(source: OpenSource, input: string, step: LookStep): Promise<string> {
  const { size, mtimeMs } = await stat(input);
  return JSON.stringify([path.resolve(input), size, mtimeMs, step.from, step.to, source.kind, step.rate]);
}
