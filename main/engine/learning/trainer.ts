import type { TrainingStep } from '../../../models/graph/gradient/training-step.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import { cpuThreads } from '../inference/devices.ts';
import type { SessionThread } from '../inference/sessions.ts';
import type { Fed, SessionDevice, Wanted } from '../inference/worker-protocol.ts';
import { fed, type Given, OpenGraph, roomFor } from './open-graph.ts';

/** A network that learns: its step, and what its weights begin with. */
export interface Pupil {
  readonly step: TrainingStep;
  readonly start: Float32Array;
}

interface Class {
  readonly open: OpenGraph;
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
  /** Graphs that only look: they read the weights of pupils and have no state. */
  readonly #lookers = new Map<string, OpenGraph>();
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
        const open = await trainer.#open(step.graph);
        const state: Class = { open, step, now: {}, next: {} };
        trainer.#classes.set(name, state);
        for (const vector of step.state) {
          const floats = vector === 'parameters' ? start : new Float32Array(step.count);
          state.now[vector] = await options.sessions.keep(floats, [step.count]);
          state.next[vector] = options.sessions.number();
        }
      }
      for (const [name, graph] of Object.entries(lookers))
        trainer.#lookers.set(name, await trainer.#open(graph));
      return trainer;
    } catch (thrown) {
      await trainer.close();
      throw thrown;
    }
  }

  #open(graph: Graph): Promise<OpenGraph> {
    const { sessions, device } = this.options;
    return OpenGraph.open(graph, { sessions, device, threads: this.threads });
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
    const own = this.#class(pupil);
    const { open, step, now, next } = own;
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
    const numbers = roomFor(step.graph.outputs.filter(({ name }) => !name.endsWith('_next')));
    await open.session.compute(feeds, { ...wanted, ...numbers });
    // What this step read is where the next one writes.
    await this.options.sessions.drop(Object.values(now));
    [own.now, own.next] = [next, now];
    return Object.fromEntries(Object.entries(numbers).map(([name, { floats }]) => [name, floats[0]!]));
  }

  /** Runs a graph that only looks. @param borrowed its inputs that are pupils' vectors @returns outputs by name */
  async look(
    name: string,
    given: Readonly<Record<string, Given>>,
    borrowed: Borrowed = {},
  ): Promise<Record<string, Float32Array>> {
    const looker = this.#lookers.get(name);
    if (!looker) throw new Error(`no graph ${name}`);
    return looker.run(given, this.#borrow(borrowed));
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
    for (const { open, now } of this.#classes.values()) {
      await open.close();
      await sessions.drop(Object.values(now));
    }
    for (const looker of this.#lookers.values()) await looker.close();
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
