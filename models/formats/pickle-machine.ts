import type { PickleReader } from './pickle-reader.ts';
import { Dict, Global, Opaque, type PickleValue, Tuple, unsafeModel } from './pickle-values.ts';

/** What a pickle may mention and what that comes to. All of it is ours: nothing is looked up by name anywhere else. */
export interface PickleRules {
  /** Names of classes and functions that may be mentioned. */
  readonly known: (name: string) => boolean;
  /** What calling a known one gives; undefined: it may not be called. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue | undefined;
  /** What a persistent id stands for: PyTorch's storages. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

/** Enough for optimizer states of the largest networks; a file that needs more is made to fill the memory. */
const MAX_STACK = 250_000;
const MAX_MEMO = 1_000_000;
const MAX_OBJECTS = 300_000;
/** Things in lists and dictionaries. */
const MAX_ITEMS = 1_000_000;

export const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/** The stack and the memory of the machine that pickles are programs of, as far as data needs one. */
export class PickleMachine {
  readonly reader: PickleReader;
  readonly #rules: PickleRules;
  readonly #file: string;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #objects = 0;
  #items = 0;

  constructor(reader: PickleReader, rules: PickleRules, file: string) {
    this.reader = reader;
    this.#rules = rules;
    this.#file = file;
  }

  /** Values that lie on the stack. */
  get depth(): number {
    return this.#stack.length;
  }

  push(value: Slot): void {
    if (this.#stack.length >= MAX_STACK) throw this.reader.broken('is nested too deeply');
    this.#stack.push(value);
  }

  /** For values that take memory of their own. */
  pushNew(value: PickleValue): void {
    this.#objects += 1;
    if (this.#objects > MAX_OBJECTS) throw this.reader.broken('holds too many objects');
    this.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw this.reader.broken('takes a value that is not there');
    return value;
  }

  /** POP drops marks, too. */
  drop(): void {
    if (this.#stack.pop() === undefined) throw this.reader.broken('takes a value that is not there');
  }

  peek(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw this.reader.broken('reads a value that is not there');
    return value;
  }

  /** Everything above the topmost mark, which goes with it. */
  popMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw this.reader.broken('lacks a mark');
    const items = this.#stack.splice(at);
    items.shift();
    return items as PickleValue[];
  }

  put(key: number): void {
    if (!(key >= 0 && key < MAX_MEMO)) throw this.reader.broken('remembers too much');
    this.#memo.set(key, this.peek());
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw this.reader.broken('recalls a value that was never remembered');
    this.push(value);
  }

  #charge(items: number): void {
    this.#items += items;
    if (this.#items > MAX_ITEMS) throw this.reader.broken('holds too many values');
  }

  append(items: readonly PickleValue[]): void {
    const list = this.peek();
    // Sets and the like hold nothing that is needed.
    if (list instanceof Opaque) return;
    if (!Array.isArray(list)) throw this.reader.broken('appends to what is no list');
    this.#charge(items.length);
    for (const item of items) list.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.peek();
    if (items.length % 2 !== 0) throw this.reader.broken('sets a key without a value');
    if (dict instanceof Opaque) return;
    if (!(dict instanceof Dict)) throw this.reader.broken('sets a key of what is no dictionary');
    this.#charge(items.length);
    for (let index = 0; index < items.length; index += 2) {
      dict.entries.set(items[index] as PickleValue, items[index + 1] as PickleValue);
    }
  }

  /** BUILD sets attributes: on data they are left out, on a class they would change what it does. */
  build(): void {
    this.pop();
    const target = this.peek();
    if (target instanceof Global) throw unsafeModel(this.#file, `${target.name}.__setstate__`);
  }

  mention(name: string): void {
    if (!this.#rules.known(name)) throw unsafeModel(this.#file, shown(name));
    this.pushNew(new Global(name));
  }

  /** REDUCE, NEWOBJ and their kin: a call of whatever lies on the stack. */
  call(target: PickleValue, args: readonly PickleValue[]): void {
    if (!(target instanceof Global)) throw this.reader.broken('calls what is no function');
    const made = this.#rules.call(target.name, args);
    if (made === undefined) throw unsafeModel(this.#file, `${target.name}()`);
    this.pushNew(made);
  }

  persistent(id: PickleValue): void {
    this.pushNew(this.#rules.persistent(id));
  }

  refuse(what: string): never {
    throw unsafeModel(this.#file, what);
  }

  argumentsOf(value: PickleValue): readonly PickleValue[] {
    if (value instanceof Tuple) return value.items;
    throw this.reader.broken('calls a function without arguments');
  }
}

/** Names come from the file: what is shown of them is short and printable. */
function shown(name: string): string {
  return name.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}
