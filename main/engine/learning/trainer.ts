import type { TrainingStep } from '../../../models/graph/gradient/training-step.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import { cpuThreads } from '../inference/devices.ts';
import type { ModelSession, SessionThread } from '../inference/sessions.ts';
import type { Fed, SessionDevice, Wanted } from '../inference/worker-protocol.ts';

/** A network that learns: its step, and what its weights begin with. */
export interface Pupil {
  readonly step: TrainingStep;
  readonly start: Float32Array;
}

/** Floats that go into a graph, with their sizes. */
export interface Given {
  readonly floats: Float32Array;
  readonly dims: readonly number[];
}

/** A graph that only looks: it reads the weights of pupils and has no state. */
interface Looker {
  readonly session: ModelSession;
  readonly graph: Graph;
}

interface Class {
  readonly session: ModelSession;
  readonly step: TrainingStep;
  /** Numbers of the kept tensors, by name; the second set takes what the next step makes. */
  now: Record<string, number>;
  next: Record<string, number>;
}

/** What else a graph is given: inputs by name, from a vector of a pupil, as `discriminator/parameters`. */
export type Borrowed = Readonly<Record<string, string>>;

export interface TrainerOptions {
  readonly sessions: SessionThread;
  readonly device: SessionDevice;
  /** Fixed for a training: sums are made in an order that hangs on it. */
  readonly threads?: number;
}

/**
 * Runs training steps: weights and moments stay in the session thread from one to the next, and only the examples and
 * a few numbers cross.
 */
export class Trainer {
  readonly #classes = new Map<string, Class>();
  readonly #lookers = new Map<string, Looker>();
  readonly threads: number;

  private constructor(private readonly options: TrainerOptions) {
    this.threads = options.threads ?? cpuThreads();
  }

  /**
   * @param pupils by name; all vectors of their states begin as zeros but the weights
   * @param lookers graphs that only read weights, as inputs named after them
   */
  static async open(
    pupils: Readonly<Record<string, Pupil>>,
    lookers: Readonly<Record<string, Graph>>,
    options: TrainerOptions,
  ): Promise<Trainer> {
    const trainer = new Trainer(options);
    try {
      for (const [name, { step, start }] of Object.entries(pupils)) {
        const session = await trainer.#open(step.graph);
        const state: Class = { session, step, now: {}, next: {} };
        trainer.#classes.set(name, state);
        for (const vector of step.state) {
          const floats = vector === 'parameters' ? start : new Float32Array(step.count);
          state.now[vector] = await options.sessions.keep(floats, [step.count]);
          state.next[vector] = options.sessions.number();
        }
      }
      for (const [name, graph] of Object.entries(lookers))
        trainer.#lookers.set(name, { session: await trainer.#open(graph), graph });
      return trainer;
    } catch (thrown) {
      await trainer.close();
      throw thrown;
    }
  }

  async #open(graph: Graph): Promise<ModelSession> {
    const { sessions, device } = this.options;
    const opened = await sessions.hold({
      file: writeOnnx(graph),
      device,
      threads: this.threads,
      alone: true,
      planned: true,
    });
    if (!opened) throw new Error('the step does not open');
    return opened;
  }

  /**
   * One step of a pupil. @param rates `ratesOf` this step @returns the loss before it, and the objective's other numbers
   */
  async step(
    pupil: string,
    rates: Float32Array,
    given: Readonly<Record<string, Given>>,
    borrowed: Borrowed = {},
  ): Promise<Record<string, number>> {
    const { session, step, now, next } = this.#class(pupil);
    const feeds: Record<string, Fed> = {
      rates: fed({ floats: rates, dims: [3] }),
      ...this.#borrow(borrowed),
    };
    const wanted: Record<string, Wanted> = {};
    for (const [name, value] of Object.entries(given)) feeds[name] = fed(value);
    for (const name of step.state) {
      feeds[name] = { kept: now[name]! };
      wanted[`${name}_next`] = { keep: next[name]!, dims: [step.count] };
    }
    const numbers = Object.fromEntries(
      step.graph.outputs
        .filter(({ name }) => !name.endsWith('_next'))
        .map(({ name, dims }) => [name, new Float32Array(new SharedArrayBuffer(4 * Number(dims[0] ?? 1)))]),
    );
    for (const [name, floats] of Object.entries(numbers)) wanted[name] = { floats, dims: [floats.length] };
    await session.compute(feeds, wanted);
    // What this step read is where the next one writes.
    await this.options.sessions.drop(Object.values(now));
    const state = this.#class(pupil);
    [state.now, state.next] = [next, now];
    return Object.fromEntries(Object.entries(numbers).map(([name, floats]) => [name, floats[0]!]));
  }

  /** Runs a graph that only looks. @param borrowed its inputs that are pupils' vectors @returns outputs by name */
  async look(
    name: string,
    given: Readonly<Record<string, Given>>,
    borrowed: Borrowed = {},
  ): Promise<Record<string, Float32Array>> {
    const looker = this.#lookers.get(name);
    if (!looker) throw new Error(`no graph ${name}`);
    const feeds: Record<string, Fed> = this.#borrow(borrowed);
    for (const [input, value] of Object.entries(given)) feeds[input] = fed(value);
    const outputs = Object.fromEntries(
      looker.graph.outputs.map(({ name: output, dims }) => {
        const sizes = dims.map(Number);
        const floats = new Float32Array(new SharedArrayBuffer(4 * sizes.reduce((a, b) => a * b, 1)));
        return [output, { floats, dims: sizes }];
      }),
    );
    await looker.session.compute(feeds, outputs);
    return Object.fromEntries(Object.entries(outputs).map(([output, { floats }]) => [output, floats]));
  }

  /** Copies of all vectors of all pupils, as `PUPIL/NAME`. */
  async vectors(): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    for (const [pupil, { step, now }] of this.#classes)
      for (const name of step.state)
        found.set(`${pupil}/${name}`, await this.options.sessions.fetch(now[name]!, step.count));
    return found;
  }

  /** Puts vectors back as `vectors` gave them. @returns false where they are not of these networks */
  async restore(vectors: ReadonlyMap<string, Float32Array>): Promise<boolean> {
    const all = [...this.#classes].flatMap(([pupil, own]) =>
      own.step.state.map((name) => ({ own, name, floats: vectors.get(`${pupil}/${name}`) })),
    );
    if (all.some(({ own, floats }) => floats?.length !== own.step.count)) return false;
    const { sessions } = this.options;
    for (const { own, name, floats } of all) {
      await sessions.drop([own.now[name]!]);
      own.now[name] = await sessions.keep(floats!, [own.step.count]);
    }
    return true;
  }

  async close(): Promise<void> {
    const { sessions } = this.options;
    for (const { session, now } of this.#classes.values()) {
      await sessions.forget(session);
      await sessions.drop(Object.values(now));
    }
    for (const { session } of this.#lookers.values()) await sessions.forget(session);
    this.#classes.clear();
    this.#lookers.clear();
  }

  #borrow(borrowed: Borrowed): Record<string, Fed> {
    return Object.fromEntries(
      Object.entries(borrowed).map(([input, vector]) => {
        const [pupil = '', name = ''] = vector.split('/');
        const kept = this.#class(pupil).now[name];
        if (kept === undefined) throw new Error(`no vector ${vector}`);
        return [input, { kept }];
      }),
    );
  }

  #class(name: string): Class {
    const found = this.#classes.get(name);
    if (!found) throw new Error(`no pupil ${name}`);
    return found;
  }
}

const fed = ({ floats, dims }: Given): Fed => ({ floats, dims: [...dims] });
