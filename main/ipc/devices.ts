import type { DeviceChoice } from '../../contract/recipe.ts';
import type { Result } from '../engine/protocol/methods.ts';

type Hello = Result<'engine.hello'>;

/** What an engine says of itself and of this machine's devices; asked once. */
export class Devices {
  #hello: Hello | undefined;
  #asking: Promise<Hello> | undefined;

  constructor(private readonly ask: () => Promise<Hello>) {}

  async get(): Promise<Hello> {
    this.#asking ??= this.ask();
    try {
      this.#hello = await this.#asking;
      return this.#hello;
    } catch (problem) {
      this.#asking = undefined;
      throw problem;
    }
  }

  /** The devices that a choice may come to, best first; of `auto` nothing is known before an engine was asked. */
  of(choice: DeviceChoice): readonly string[] | undefined {
    return choice === 'auto' ? this.#hello?.devices : [choice];
  }
}
