/** A figure's bound: `['<=', 1.05]`. */
export type Bound = readonly ['<=' | '>=', number];

export interface FigureOptions {
  bound?: Bound;
  /** What a reader has to know to judge the number. */
  note?: string;
}

/** Prints figures as they are found: a calm table, or with --json one object a line; counts broken bounds. */
export class Figures {
  readonly #begun = performance.now();
  #figures = 0;
  #broken = 0;
  #skipped = 0;

  constructor(private readonly json: boolean) {}

  heading(text: string): void {
    if (!this.json) print(`\n${text}`);
  }

  add(name: string, value: number, unit: string, { bound, note }: FigureOptions = {}): void {
    this.#figures++;
    const ok = bound && (bound[0] === '<=' ? value <= bound[1] : value >= bound[1]);
    if (ok === false) this.#broken++;
    if (this.json) {
      const law = bound && { bound: bound.join(' '), ok };
      print(JSON.stringify({ event: 'figure', name, value: rounded(value), unit, ...law, note }));
      return;
    }
    const shown = `${rounded(value)} ${unit}`.trimEnd();
    const law = bound ? `${ok ? 'ok    ' : 'BROKEN'} ${bound.join(' ')}` : '';
    print(`  ${name.padEnd(58)} ${shown.padStart(12)}   ${law}`.trimEnd());
    if (note) print(`      ${note}`);
  }

  /** What could not be measured here, by name and with the reason. */
  skip(name: string, reason: string): void {
    this.#skipped++;
    if (this.json) print(JSON.stringify({ event: 'skipped', name, reason }));
    else print(`  ${name.padEnd(58)} ${'skipped'.padStart(12)}   ${reason}`);
  }

  /** @returns the exit status: 1 where a bound was broken */
  finish(): number {
    const counts = { figures: this.#figures, broken: this.#broken, skipped: this.#skipped };
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    if (this.json) print(JSON.stringify({ event: 'summary', ...counts, seconds }));
    else
      print(
        `\n${counts.figures} figures in ${seconds} s, ${counts.broken} broken bounds, ${counts.skipped} skipped.`,
      );
    return this.#broken > 0 ? 1 : 0;
  }
}

/** Four significant digits, all digits before the point. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
