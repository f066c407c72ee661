import { expected, GessoError } from '../../../contract/errors.ts';

/**
 * Reads the values of a scheduler_config.json. `null` stands for what is not said; keys that nobody asks for are
 * ignored, because configurations are handed from one class to another.
 * @throws GessoError model/unknown-architecture where a value is not one that Gesso can follow
 */
export class Options {
  readonly #className: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(className: string, values: Readonly<Record<string, unknown>>) {
    this.#className = className;
    this.#values = values;
  }

  number(key: string, fallback: number, least = -Infinity, most = Infinity): number {
    return this.optionalNumber(key, least, most) ?? fallback;
  }

  optionalNumber(key: string, least = -Infinity, most = Infinity): number | undefined {
    const value = this.#numeric(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw this.#unknown(`a number from ${least} to ${most}`, key);
  }

  integer(key: string, fallback: number, least: number, most: number): number {
    const value = this.number(key, fallback, least, most);
    if (Number.isInteger(value)) return value;
    throw this.#unknown('a whole number', key);
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#values[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.#unknown('true or false', key);
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.#values[key] ?? fallback;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw this.#unknown(`one of ${choices.join(', ')}`, key);
  }

  numbers(key: string, count: number): readonly number[] | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    const isList = Array.isArray(value) && value.length === count && value.every(Number.isFinite);
    if (isList) return value as number[];
    throw this.#unknown(`${count} numbers`, key);
  }

  indices(key: string): readonly number[] {
    const value = this.#values[key] ?? [];
    if (Array.isArray(value) && value.every(Number.isInteger)) return value as number[];
    throw this.#unknown('a list of whole numbers', key);
  }

  /** Ways that diffusers knows and Gesso does not: silence would give other pictures. */
  refuse(...keys: readonly string[]): void {
    for (const key of keys) if (this.#values[key]) throw this.#unknown('nothing', key);
  }

  /** For a switch that Gesso knows in one position only. */
  require(key: string, value: boolean): void {
    if (this.flag(key, value) !== value) throw this.#unknown(String(value), key);
  }

  /** Python writes its infinities as words where JSON has none. */
  #numeric(key: string): unknown {
    const value = this.#values[key];
    if (value === '-inf' || value === '-Infinity') return -Infinity;
    return value === null ? undefined : value;
  }

  #unknown(wanted: string, key: string): GessoError {
    return new GessoError(
      'model/unknown-architecture',
      `The model's ${this.#className} cannot be followed. ${expected(wanted, key, this.#values[key])}`,
      'Choose another sampler, or correct the model’s scheduler_config.json.',
    );
  }
}
