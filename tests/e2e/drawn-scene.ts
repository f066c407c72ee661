import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { writeCheckpoint } from '../../main/engine/learning/checkpoint.ts';
import { LearntStore, STATE_FILE } from '../../models/library/learnt.ts';

const KNOTS = 32;

/** A scene of a data folder that nobody had to learn: a ball, red on one side and blue on the other, before white. */
export async function drawnScene(home: string, name: string): Promise<void> {
  const made = path.join(home, 'made');
  mkdirSync(made, { recursive: true });
  const grid = new Float32Array(4 * KNOTS ** 3);
  const at = (knot: number) => (2 * knot) / (KNOTS - 1) - 1;
  for (let z = 0; z < KNOTS; z++)
    for (let y = 0; y < KNOTS; y++)
      for (let x = 0; x < KNOTS; x++) {
        const isRed = at(x) > 0;
        const density = Math.hypot(at(x), at(y), at(z)) < 0.6 ? 8 : -8;
        // Before sigmoid and softplus.
        grid.set([isRed ? 4 : -4, -3, isRed ? -4 : 4, density], 4 * (x + KNOTS * (y + KNOTS * z)));
      }
  const parameters = Float32Array.from([...grid, 6, 6, 6]);
  const vectors = new Map([['field/parameters', parameters]]);
  await writeCheckpoint(path.join(made, STATE_FILE), { subject: 'drawn', step: 1, seconds: 1, vectors });
  await new LearntStore(path.join(home, 'models')).adopt(made, {
    ...{ gesso: 1, id: 'drawn-scene', name, kind: 'nerf', parameters: parameters.length },
    shape: {
      ...{ knots: KNOTS, size: 32, cube: { centre: [0, 0, 0], half: 1 } },
      orbit: { axis: [0, 0, 1], distance: 3.6, above: 0, focal: 1.8 },
    },
    networks: {
      field: {
        layout: [
          { name: 'grid', dims: [KNOTS ** 3, 4], offset: 0 },
          { name: 'background', dims: [1, 3], offset: grid.length },
        ],
        count: parameters.length,
      },
    },
    learnt: { from: ['ball'], examples: 8, steps: 1, seconds: 1, seed: 0, figures: {}, notes: [] },
  });
}
