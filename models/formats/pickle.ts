import { MARK, PickleMachine, type PickleRules } from './pickle-machine.ts';
import { PickleReader } from './pickle-reader.ts';
import { Dict, Opaque, type PickleValue, Tuple } from './pickle-values.ts';

/**
 * Reads one pickle (protocols 0 to 5, Python's Lib/pickletools.py) without running anything: classes and functions are
 * names, looked up in `rules`, and a name that is not there ends the reading. Values are shared, never copied, so that
 * no pickle takes much more memory than its own size, and nothing recurses.
 * @param bytes may go on after the pickle
 * @returns the value and the byte after its end
 * @throws GessoError model/unsafe naming what was asked for, model/broken
 */
export function readPickle(
  bytes: Buffer,
  start: number,
  rules: PickleRules,
  file: string,
): { value: PickleValue; end: number } {
  const reader = new PickleReader(bytes, start, file);
  const machine = new PickleMachine(reader, rules, file);
  for (;;) {
    const code = reader.uint8();
    if (code === STOP) break;
    const step = STEPS[code];
    if (!step) throw reader.broken(`holds the unknown instruction ${code}`);
    step(machine, reader);
  }
  const value = machine.pop();
  if (machine.depth > 0) throw reader.broken('ends with values left over');
  return { value, end: reader.position };
}

type Step = (machine: PickleMachine, reader: PickleReader) => void;

const STOP = 0x2e;

const popTuple =
  (count: number): Step =>
  (machine) => {
    const items: PickleValue[] = [];
    for (let index = 0; index < count; index += 1) items.unshift(machine.pop());
    machine.pushNew(new Tuple(items));
  };

const opaqueBytes =
  (length: (reader: PickleReader) => number): Step =>
  (machine, reader) => {
    reader.take(length(reader));
    machine.pushNew(new Opaque('bytes'));
  };

const string =
  (length: (reader: PickleReader) => number): Step =>
  (machine, reader) =>
    machine.pushNew(reader.text(length(reader)));

const push =
  (value: PickleValue): Step =>
  (machine) =>
    machine.push(value);

const uint8 = (reader: PickleReader) => reader.uint8();
const uint32 = (reader: PickleReader) => reader.uint32();
const length64 = (reader: PickleReader) => reader.length64();

function dictOf(machine: PickleMachine, items: readonly PickleValue[]): void {
  machine.pushNew(new Dict());
  machine.setItems(items);
}

/** The instructions by their byte; those that are missing are broken files. */
const STEPS: readonly (Step | undefined)[] = bySign({
  '(': (machine) => machine.push(MARK),
  '0': (machine) => machine.drop(),
  '1': (machine) => void machine.popMark(),
  '2': (machine) => machine.push(machine.peek()),
  N: push(null),
  '\x88': push(true),
  '\x89': push(false),
  I: (machine, reader) => {
    const line = reader.line();
    if (line === '00' || line === '01') machine.push(line === '01');
    else machine.push(numberOf(line, reader));
  },
  L: (machine, reader) => machine.push(numberOf(reader.line().replace(/L$/, ''), reader)),
  F: (machine, reader) => machine.push(numberOf(reader.line(), reader)),
  J: (machine, reader) => machine.push(reader.int32()),
  K: (machine, reader) => machine.push(reader.uint8()),
  M: (machine, reader) => machine.push(reader.uint16()),
  G: (machine, reader) => machine.push(reader.double()),
  '\x8a': (machine, reader) => machine.pushNew(reader.long(reader.uint8())),
  '\x8b': (machine, reader) => machine.pushNew(reader.long(reader.uint32())),
  S: (machine, reader) => machine.pushNew(reader.line().replace(/^(['"])(.*)\1$/, '$2')),
  V: (machine, reader) => machine.pushNew(reader.line()),
  T: string(uint32),
  U: string(uint8),
  X: string(uint32),
  '\x8c': string(uint8),
  '\x8d': string(length64),
  B: opaqueBytes(uint32),
  C: opaqueBytes(uint8),
  '\x8e': opaqueBytes(length64),
  '\x96': opaqueBytes(length64),
  '\x97': (machine) => machine.refuse('a buffer outside the file'),
  '\x98': () => undefined,
  ')': (machine) => machine.pushNew(new Tuple([])),
  t: (machine) => machine.pushNew(new Tuple(machine.popMark())),
  '\x85': popTuple(1),
  '\x86': popTuple(2),
  '\x87': popTuple(3),
  ']': (machine) => machine.pushNew([]),
  l: (machine) => machine.pushNew(machine.popMark()),
  '}': (machine) => machine.pushNew(new Dict()),
  d: (machine) => dictOf(machine, machine.popMark()),
  '\x8f': (machine) => machine.pushNew(new Opaque('set')),
  '\x91': (machine) => {
    machine.popMark();
    machine.pushNew(new Opaque('frozenset'));
  },
  a: (machine) => {
    const item = machine.pop();
    machine.append([item]);
  },
  e: (machine) => {
    const items = machine.popMark();
    machine.append(items);
  },
  '\x90': (machine) => {
    const items = machine.popMark();
    machine.append(items);
  },
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    machine.setItems([key, value]);
  },
  u: (machine) => {
    const items = machine.popMark();
    machine.setItems(items);
  },
  p: (machine, reader) => machine.put(Number(numberOf(reader.line(), reader))),
  q: (machine, reader) => machine.put(reader.uint8()),
  r: (machine, reader) => machine.put(reader.uint32()),
  '\x94': (machine) => machine.memoize(),
  g: (machine, reader) => machine.get(Number(numberOf(reader.line(), reader))),
  h: (machine, reader) => machine.get(reader.uint8()),
  j: (machine, reader) => machine.get(reader.uint32()),
  c: (machine, reader) => {
    const module = reader.line();
    machine.mention(`${module}.${reader.line()}`);
  },
  i: (machine, reader) => {
    const module = reader.line();
    machine.mention(`${module}.${reader.line()}`);
    const target = machine.pop();
    machine.call(target, machine.popMark());
  },
  o: (machine) => {
    const [target = null, ...args] = machine.popMark();
    machine.call(target, args);
  },
  '\x93': (machine, reader) => {
    const [name, module] = [machine.pop(), machine.pop()];
    if (typeof name !== 'string' || typeof module !== 'string') throw reader.broken('names no function');
    machine.mention(`${module}.${name}`);
  },
  R: (machine) => {
    const args = machine.argumentsOf(machine.pop());
    machine.call(machine.pop(), args);
  },
  '\x81': (machine) => {
    const args = machine.argumentsOf(machine.pop());
    machine.call(machine.pop(), args);
  },
  '\x92': (machine) => {
    machine.pop();
    const args = machine.argumentsOf(machine.pop());
    machine.call(machine.pop(), args);
  },
  b: (machine) => machine.build(),
  P: (machine, reader) => machine.persistent(reader.line()),
  Q: (machine) => machine.persistent(machine.pop()),
  '\x82': (machine, reader) => machine.refuse(`the registered extension ${reader.uint8()}`),
  '\x83': (machine, reader) => machine.refuse(`the registered extension ${reader.uint16()}`),
  '\x84': (machine, reader) => machine.refuse(`the registered extension ${reader.uint32()}`),
  '\x80': (_, reader) => {
    const protocol = reader.uint8();
    if (protocol > 5) throw reader.broken(`is of the unknown protocol ${protocol}`);
  },
  '\x95': (_, reader) => void reader.length64(),
});

function bySign(steps: Readonly<Record<string, Step>>): (Step | undefined)[] {
  const table = new Array<Step | undefined>(256);
  for (const [sign, step] of Object.entries(steps)) table[sign.charCodeAt(0)] = step;
  return table;
}

function numberOf(line: string, reader: PickleReader): number {
  const value = Number(line.trim() || Number.NaN);
  if (Number.isNaN(value)) throw reader.broken('holds a number that is none');
  return value;
}
