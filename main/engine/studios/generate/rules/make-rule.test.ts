import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelled, GessoError } from '../../../../../contract/errors.ts';
import { ruleStep } from '../../../../../contract/rules.ts';
import { hashFile } from '../../../../../models/library/storage.ts';
import { probe } from '../../../media/probe.ts';
import { readRawPicture, writeRawPicture } from '../../../media/raw-picture.ts';
import type { Params } from '../../../protocol/methods.ts';
import { makeRule } from './make-rule.ts';

type Job = Params<'generate.rule'>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-rule-'));
  mkdirSync(path.join(folder, 'previews'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function jobOf(step: Record<string, unknown>, changes: Partial<Job> = {}): Job {
  return {
    step: ruleStep.parse({ studio: 'generate', kind: 'rule', width: 96, height: 64, ...step }),
    temp: path.join(folder, 'made.part'),
    work: path.join(folder, 'work'),
    ...{ format: 'png', quality: 90, software: 'Gesso test', recipe: '{"rule":"<this>"}' },
    ...changes,
  };
}

/** Runs it; also what was told on the way. */
async function made(job: Job, checkpoint = () => {}) {
  const fractions: number[] = [];
  const previews: string[] = [];
  const result = await makeRule(job, {
    checkpoint,
    progress: (fraction) => fractions.push(fraction),
    preview: ({ file }) => previews.push(file),
  });
  return { result, fractions, previews };
}

async function refusal(job: Job, checkpoint?: () => void): Promise<GessoError> {
  try {
    await made(job, checkpoint);
  } catch (thrown) {
    return GessoError.from(thrown);
  }
  throw new Error('nothing was refused');
}

describe('making a tile', () => {
  it('leaves one whole file with its hash and its recipe, and nothing beside it', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'tiff'] as const) {
      const job = jobOf({ rule: 'noise' }, { format });
      const { result, fractions } = await made(job);
      expect(result).toMatchObject({ width: 96, height: 64, ...(await hashFile(job.temp)) });
      const info = await probe(job.temp);
      expect(info).toMatchObject({ format, width: 96, height: 64, depth: 8 });
      expect(info.xmp).toContain('{&#34;rule&#34;:&#34;&#60;this&#62;&#34;}');
      expect(fractions.at(-1)).toBe(1);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(readdirSync(folder).sort()).toEqual(['made.part', 'previews']);
    }
  });

  it('writes shapes as an SVG that has the recipe', async () => {
    const job = jobOf({ rule: 'truchet' }, { format: 'svg' });
    const { result } = await made(job);
    expect(result).toMatchObject(await hashFile(job.temp));
    const text = readFileSync(job.temp, 'utf8');
    expect(text).toContain('viewBox="0 0 96 64"');
    expect(text).toContain('{&#34;rule&#34;');
    const error = await refusal(jobOf({ rule: 'warp' }, { format: 'svg' }));
    expect(error.code).toBe('output/unsupported');
    expect(error.hint).toContain('truchet');
  });

  it('shows pictures on the way: the whole of what hangs on its place, and what grows as it grows', async () => {
    const previews = { folder: path.join(folder, 'previews'), longestSide: 48 };
    for (const rule of ['noise', 'reaction']) {
      const settings = rule === 'reaction' ? { cells: 48, steps: 400 } : {};
      const { previews: shown } = await made(jobOf({ rule, settings }, { previews }));
      expect(shown.length).toBeGreaterThan(0);
      expect(await probe(shown[0]!)).toMatchObject({ width: 48, height: 32 });
    }
  });

  it('takes the colours of a picture, and quilts one', async () => {
    const file = path.join(folder, 'source.png');
    const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, at) => (at % 3 === 0 ? 200 : (at * 7) % 60));
    await writeRawPicture({ width: 64, height: 48, data }, file);
    for (const step of [
      { rule: 'wang', palette: { picture: file } },
      { rule: 'quilt', picture: file, settings: { patch: 16 } },
    ]) {
      const job = jobOf(step);
      await made(job);
      const { data: pixels } = await readRawPicture(await probe(job.temp), 1000);
      let [red, blue] = [0, 0];
      for (let at = 0; at < pixels.length; at += 3) {
        red += pixels[at]!;
        blue += pixels[at + 2]!;
      }
      expect(red).toBeGreaterThan(2 * blue);
    }
  });

  it('says which picture cannot be read or is too small, before anything is made', async () => {
    const missing = path.join(folder, 'missing.png');
    for (const step of [
      { rule: 'noise', palette: { picture: missing } },
      { rule: 'quilt', picture: missing },
    ]) {
      const error = await refusal(jobOf(step));
      expect(error.code).toBe('input/unreadable');
      expect(error.message).toContain('missing.png');
    }
    const small = path.join(folder, 'small.png');
    await writeRawPicture({ width: 200, height: 9, data: new Uint8Array(200 * 9 * 3) }, small);
    expect((await refusal(jobOf({ rule: 'quilt', picture: small }))).message).toContain(
      'small.png is 200 x 9',
    );
    expect(existsSync(path.join(folder, 'work'))).toBe(false);
  });

  it('stops where it is cancelled, while it grows and while it is drawn, and leaves nothing', async () => {
    for (const [rule, at] of [
      ['reaction', 2],
      ['noise', 3],
    ] as const) {
      let looks = 0;
      const error = await refusal(jobOf({ rule, height: 400 }), () => {
        if (++looks === at) throw cancelled('The tile');
      });
      expect(error.code).toBe('job/cancelled');
      expect(readdirSync(folder)).toEqual(['previews']);
    }
  });

  it('refuses what a format cannot hold', async () => {
    const error = await refusal(jobOf({ rule: 'noise', width: 16384 }, { format: 'webp' }));
    expect(error.code).toBe('output/unsupported');
  });
});
