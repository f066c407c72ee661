import { attractor } from './attractor.ts';
import { flow } from './flow.ts';
import { lsystem } from './lsystem.ts';
import { noise } from './noise.ts';
import { quilt } from './quilt.ts';
import { reaction } from './reaction.ts';
import type { AnyRulePlan, Growth, Part, Scene } from './scene.ts';
import { truchet } from './truchet.ts';
import { voronoi } from './voronoi.ts';
import { wang } from './wang.ts';
import { warp } from './warp.ts';

/** Makes what a plan says; rules that grow say in between how far they are. */
export function* growRule(plan: AnyRulePlan): Generator<Growth, Scene> {
  switch (plan.rule) {
    case 'noise':
      return noise(plan);
    case 'warp':
      return warp(plan);
    case 'voronoi':
      return voronoi(plan);
    case 'truchet':
      return truchet(plan);
    case 'wang':
      return wang(plan);
    case 'flow':
      return yield* flow(plan);
    case 'lsystem':
      return yield* lsystem(plan);
    case 'reaction':
      return yield* reaction(plan);
    case 'attractor':
      return yield* attractor(plan);
    case 'quilt':
      return yield* quilt(plan);
  }
}

/** A finished tile, without looking at it in between. */
export function ruleScene(plan: AnyRulePlan): Scene {
  const growing = growRule(plan);
  for (;;) {
    const { done, value } = growing.next();
    if (done) return value;
  }
}

/**
 * Draws a part of what the plan says: the same bytes as that part of the whole has.
 * @returns RGB, interleaved, 3 * width * height bytes
 */
export function drawRule(plan: AnyRulePlan, part: Part): Uint8Array {
  const into = new Uint8Array(3 * part.width * part.height);
  ruleScene(plan).painter(plan.width, plan.height).draw(part, into);
  return into;
}
