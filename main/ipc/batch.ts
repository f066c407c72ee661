/** Collects the latest value of each key and hands all of them on together, at most once in `milliseconds`. */
export class Batch<K, V> {
  #values = new Map<K, V>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly flushed: (values: Map<K, V>) => void,
  ) {}

  set(key: K, value: V): void {
    this.#values.set(key, value);
    this.#timer ??= setTimeout(() => this.flush(), this.milliseconds);
  }

  delete(key: K): void {
    this.#values.delete(key);
  }

  /** Hands on what is there now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#values.size === 0) return;
    const values = this.#values;
    this.#values = new Map();
    this.flushed(values);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#values.clear();
  }
}
