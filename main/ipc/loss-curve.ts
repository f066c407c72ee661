import type { Curve } from '../../contract/learn-views.ts';

/** More points than a curve on screen has pixels to tell apart say nothing. */
export const MOST_POINTS = 240;

interface Point {
  step: number;
  sum: number;
  count: number;
}

/** The losses of a training as a curve of few points: each is the mean of as many steps as the others'. */
export class LossCurve {
  #points: Point[] = [];
  /** Steps that a point stands for. */
  #each = 1;
  #last: number | undefined;
  #step = 0;

  /** The loss of the last step. */
  get last(): number | undefined {
    return this.#last;
  }

  get step(): number {
    return this.#step;
  }

  /** Each by the last step that it stands for. */
  get points(): Curve {
    return this.#points.map(({ step, sum, count }) => [step, sum / count]);
  }

  /** @param from the step of the first value; what was known from there on was lost with an engine and is made again */
  add(from: number, values: readonly number[]): void {
    while ((this.#points.at(-1)?.step ?? 0) >= from) this.#points.pop();
    for (const [at, loss] of values.entries()) {
      this.#step = from + at;
      // A loss that is no number draws no line.
      if (!Number.isFinite(loss)) continue;
      this.#last = loss;
      this.#put(this.#step, loss);
    }
  }

  #put(step: number, loss: number): void {
    const point = this.#points.at(-1);
    if (point && point.count < this.#each) {
      point.step = step;
      point.sum += loss;
      point.count += 1;
      return;
    }
    this.#points.push({ step, sum: loss, count: 1 });
    if (this.#points.length > MOST_POINTS) this.#halve();
  }

  #halve(): void {
    this.#each *= 2;
    const halved: Point[] = [];
    for (let at = 0; at < this.#points.length; at += 2) {
      const [first, second] = this.#points.slice(at, at + 2) as [Point, Point?];
      halved.push(
        second
          ? { step: second.step, sum: first.sum + second.sum, count: first.count + second.count }
          : first,
      );
    }
    this.#points = halved;
  }
}
