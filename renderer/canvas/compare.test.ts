import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompareMode } from '../../contract/session.ts';
import { type CompareState, inPane, paneSize, planCompare, type Rect } from './compare.ts';
import { fitView } from './view.ts';

const MODES: CompareMode[] = ['before', 'after', 'split', 'stack', 'side', 'difference', 'lens'];

function state(overrides: Partial<CompareState> = {}): CompareState {
  const viewport = { width: 800, height: 600 };
  const content = { width: 400, height: 300 };
  const view = fitView(viewport, content);
  return { viewport, content, view, share: 0.5, pointer: undefined, ...overrides };
}

const area = ({ width, height }: Rect) => width * height;
const meets = (a: Rect, b: Rect) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('before and after', () => {
  it('share the canvas without a gap and without meeting where they are divided', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CompareMode>('split', 'stack', 'side'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (mode, share) => {
          const { before, after } = planCompare(mode, state({ share }));
          expect(area(before!.clip) + area(after!.clip)).toBeCloseTo(800 * 600, 3);
          if (share > 0 && share < 1) expect(meets(before!.clip, after!.clip)).toBe(false);
        },
      ),
    );
  });

  it('are divided where the share says, of what is seen of the picture', () => {
    const { divider } = planCompare('stack', state({ share: 0.25 }));
    const { view } = state();
    expect(divider).toEqual({ axis: 'y', at: view.y + 0.25 * 300 * view.scale });
  });

  it('show the same part side by side', () => {
    const mode = 'side';
    const { viewport } = state();
    const { before, after } = planCompare(mode, state());
    expect(after!.shift - before!.shift).toBe(paneSize(mode, viewport).width);
    expect(inPane(mode, viewport, { x: 500, y: 40 })).toEqual({ x: 100, y: 40 });
    expect(inPane(mode, viewport, { x: 300, y: 40 })).toEqual({ x: 300, y: 40 });
  });

  it.each(MODES)('%s has a plan that says what is drawn', (mode) => {
    const { before, after, divider, lens } = planCompare(mode, state());
    expect(before !== undefined).toBe(mode !== 'after');
    expect(after !== undefined).toBe(mode !== 'before');
    expect(divider !== undefined).toBe(mode === 'split' || mode === 'stack');
    expect(lens !== undefined).toBe(mode === 'lens');
  });
});

describe('the lens', () => {
  it('follows the pointer', () => {
    expect(planCompare('lens', state({ pointer: { x: 30, y: 70 } })).lens).toMatchObject({ x: 30, y: 70 });
  });

  it('waits in the middle of the picture for a pointer, so that keys alone will do', () => {
    expect(planCompare('lens', state()).lens).toMatchObject({ x: 400, y: 300 });
  });
});
