import { expect, test } from 'vitest';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';
import { apartIn, makeHour } from './support/hour.ts';

/** An hour at 500/1001 frames a second: `npm run bench -- long` does it at 25. */
test('sound and picture stay within 5 ms over an hour', async () => {
  const home = await homeWithModels(['rife-4.25']);
  const hour = await makeHour(scratch(), { num: 500, den: 1001 }, 1798, 30);
  const { code, events } = await gesso(['interpolate', hour.file, '--container', 'mp4', '--json'], { home });
  expect(code).toBe(0);
  const item = events[0] as { output: string };
  expect(item).toMatchObject({ framesOut: 3596, rate: '1000/1001' });
  const { most, flashes, beeps, duration } = await apartIn(item.output);
  expect([flashes, beeps]).toEqual([hour.flashes, hour.flashes]);
  expect(most).toBeLessThan(0.005);
  expect(Math.abs(duration - hour.seconds)).toBeLessThan(hour.period / 4 + 0.005);
});
