import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { gesso, ROOT, scratch } from './support/gesso.ts';

/** Runs of diffusers that were recorded with PyTorch, replayed through the command line. */
const MANIFEST = path.join(
  process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected'),
  'diffusion/manifest.json',
);
/** Each name is a test of its own, so that a machine without the references says which ones it skipped. */
const NAMES = [
  ...['ddim', 'ddim_clipskip1', 'ddim_eta1', 'ddim_noguide', 'ddim_vpred', 'ddim_vpred_zsnr', 'ddim_wide'],
  ...['dpmpp_2m', 'dpmpp_2m_karras', 'dpmpp_2m_sde_karras', 'euler', 'euler_a', 'euler_karras'],
  ...['euler_trailing', 'heun', 'img2img_ddim', 'img2img_dpmpp_2m_karras', 'img2img_euler_a'],
  ...['inpaint_ddim', 'inpaint_ddim_s75', 'inpaint_euler_a', 'lcm', 'lcm_4_noguide', 'lms', 'lora_ddim'],
  ...['pndm', 'sdxl_dpmpp_2m_karras', 'sdxl_euler', 'sdxl_euler_noneg', 'sdxl_img2img', 'sdxl_turbo_like'],
  'unipc',
];
/** Deviations of what was recorded; the issue allows 1e-2, and rounding takes a thousandth of that. */
const CLOSE = 1e-3;

interface Run {
  run: string;
  steps: number;
  error: number;
}

const runs = new Map<string, Run>();
let trace = '';
const isThere = existsSync(MANIFEST);
beforeAll(async () => {
  if (!isThere) return;
  trace = scratch('trace');
  const args = ['generate', 'check', MANIFEST, '--trace', trace, '--json'];
  const { code, events } = await gesso(args, { home: scratch('gesso-home') });
  expect(code).toBe(0);
  for (const event of events as unknown as Run[]) runs.set(event.run, event);
});

test.for(NAMES)('the run %s ends as it did with PyTorch, step by step', (name, { skip }) => {
  if (!isThere) return skip(`${MANIFEST} is not there`);
  const { steps, error } = runs.get(name)!;
  expect(error).toBeLessThan(CLOSE);
  const files = readdirSync(path.join(trace, name));
  expect(files).toHaveLength(steps);
  const recorded = JSON.parse(readFileSync(MANIFEST, 'utf8')).runs[name].steps;
  expect(recorded).toHaveLength(steps);
});

test('a run that was not recorded is said', async ({ skip }) => {
  if (!isThere) return skip(`${MANIFEST} is not there`);
  const { code, stderr } = await gesso(['generate', 'check', MANIFEST, 'nothing'], {
    home: scratch('gesso-home'),
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining('Expected one of ddim')]);
});
