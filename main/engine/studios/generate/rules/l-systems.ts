import type { ChoiceSetting, RULES } from '../../../../../contract/rule-list.ts';
import type { Random } from '../../../random.ts';

type Style = Extract<(typeof RULES)['lsystem']['settings'][number], ChoiceSetting<'style'>>['default'];

/**
 * Letters that are rewritten all at once, again and again, and then read as the way of a turtle: F and the other
 * letters of `draws` go forward and draw, + and - turn, [ and ] remember a place and come back to it (Prusinkiewicz and
 * Lindenmayer, "The algorithmic beauty of plants", 1990, chapter 1).
 */
export interface LSystem {
  readonly axiom: string;
  /** One of the texts is chosen at random each time. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** Degrees. */
  readonly turn: number;
  readonly times: number;
  readonly draws: string;
  /** A plant stands upright and has tips; a figure lies anywhere; a square fills a place of its own. */
  readonly kind: 'plant' | 'figure' | 'square';
  /** Of a plant: how much each turn may differ, degrees. */
  readonly sway?: number;
  /** Of a plant: dots stand at the ends of its branches. */
  readonly hasTips?: boolean;
  /** Of a figure or a square: the width of its line, of a step. */
  readonly line?: number;
  /** It has one colour. */
  readonly isPlain?: boolean;
}

/** Rules from the book above, of Heighway's dragon (Davis and Knuth 1970), Gosper's flowsnake (1973) and Penrose's rhombs. */
export const L_SYSTEMS: Readonly<Record<Style, LSystem>> = {
  meadow: {
    axiom: 'X',
    rules: {
      X: ['F[+X]F[-X]+X', 'F[-X]F[+X]-X', 'F[+X][-X]FX'],
      F: ['FF'],
    },
    ...{ turn: 22, times: 5, draws: 'F', kind: 'plant', sway: 7, hasTips: true },
  },
  fern: {
    axiom: 'X',
    rules: { X: ['F+[[X]-X]-F[-FX]+X', 'F-[[X]+X]+F[+FX]-X'], F: ['FF'] },
    ...{ turn: 23, times: 5, draws: 'F', kind: 'plant', sway: 2 },
  },
  coral: {
    axiom: 'F',
    rules: { F: ['FF-[-F+F+F]+[+F-F-F]', 'FF+[+F-F]-[-F+F+F]'] },
    ...{ turn: 24, times: 3, draws: 'F', kind: 'plant', sway: 10, hasTips: true },
  },
  dragon: {
    axiom: 'FX',
    rules: { X: ['X+YF+'], Y: ['-FX-Y'] },
    ...{ turn: 90, times: 10, draws: 'F', kind: 'figure', line: 0.6 },
  },
  hilbert: {
    axiom: 'A',
    rules: { A: ['+BF-AFA-FB+'], B: ['-AF+BFB+FA-'] },
    ...{ turn: 90, times: 4, draws: 'F', kind: 'square', line: 0.55 },
  },
  gosper: {
    axiom: 'A',
    rules: { A: ['A-B--B+A++AA+B-'], B: ['+A-BB--B-A++A+B'] },
    ...{ turn: 60, times: 3, draws: 'AB', kind: 'figure', line: 0.5 },
  },
  snowflake: {
    axiom: 'F--F--F',
    rules: { F: ['F+F--F+F'] },
    ...{ turn: 60, times: 3, draws: 'F', kind: 'figure', line: 0.7, isPlain: true },
  },
  penrose: {
    axiom: '[B]++[B]++[B]++[B]++[B]',
    rules: {
      A: ['CF++DF----BF[-CF----AF]++'],
      B: ['+CF--DF[---AF--BF]+'],
      C: ['-AF++BF[+++CF++DF]-'],
      D: ['--CF++++AF[+DF++++BF]--BF'],
      F: [''],
    },
    ...{ turn: 36, times: 4, draws: 'F', kind: 'figure', line: 0.24, isPlain: true },
  },
};

/** Letters past which nothing is rewritten any more: more lines than anybody can tell apart. */
const MOST_LETTERS = 60_000;

/** What the axiom has become after so many times, or before it would have grown past all bounds. */
export function rewrite({ axiom, rules }: LSystem, times: number, random: Random): string {
  let text = axiom;
  for (let time = 0; time < times; time++) {
    const parts: string[] = [];
    let length = 0;
    for (const letter of text) {
      const choices = rules[letter];
      const part = choices ? (choices.length === 1 ? choices[0]! : random.pick(choices)) : letter;
      length += part.length;
      if (length > MOST_LETTERS) return text;
      parts.push(part);
    }
    text = parts.join('');
  }
  return text;
}
