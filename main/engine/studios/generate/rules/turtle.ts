import type { Random } from '../../../random.ts';
import type { LSystem } from './l-systems.ts';

/** A line that the turtle drew without lifting its pen. */
export interface Trail {
  /** x, y, x, y...; y grows downwards, a step is 1. */
  points: number[];
  /** How many branches it stands on. */
  depth: number;
  /** It ends a branch from which no other goes on. */
  isTip: boolean;
}

interface Pose {
  x: number;
  y: number;
  angle: number;
  trail: Trail | undefined;
  depth: number;
}

/** Reads a text as the way of a turtle that looks up at first. */
export function walk(text: string, system: LSystem, random: Random): Trail[] {
  const trails: Trail[] = [];
  const turn = (system.turn * Math.PI) / 180;
  const sway = ((system.sway ?? 0) * Math.PI) / 180;
  const stack: Pose[] = [];
  let pose: Pose = { x: 0, y: 0, angle: -Math.PI / 2, trail: undefined, depth: 0 };
  for (const letter of text) {
    switch (letter) {
      case '+':
      case '-':
        pose.angle += (letter === '+' ? turn : -turn) + sway * random.unit(-1, 1);
        break;
      case '[':
        // What goes on from here begins a line of its own, so that each has one thickness.
        stack.push({ ...pose });
        pose = { ...pose, trail: undefined, depth: pose.depth + 1 };
        break;
      case ']':
        if (pose.trail) pose.trail.isTip = true;
        pose = stack.pop() ?? pose;
        break;
      default:
        if (!system.draws.includes(letter)) break;
        if (!pose.trail) {
          pose.trail = { points: [pose.x, pose.y], depth: pose.depth, isTip: false };
          trails.push(pose.trail);
        }
        pose.x += Math.cos(pose.angle);
        pose.y += Math.sin(pose.angle);
        pose.trail.points.push(pose.x, pose.y);
    }
  }
  if (pose.trail) pose.trail.isTip = true;
  return trails;
}
