import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import type { StyleChoice } from '../../contract/style-recipe.ts';
import { BUILT_IN_STYLES } from '../../contract/tasks.ts';

/** The flags that each layer has of its own, as text. */
export interface LayerFlags {
  mix?: string;
  model?: string;
  strength?: string;
  colour?: string;
  brush?: string;
  detail?: string;
  exact?: boolean;
  opacity?: string;
  blend?: string;
  layerMask?: string;
  label?: string;
}

/** A style and where it shows. */
interface NamedStyle {
  readonly from: StyleChoice['from'];
  readonly mask?: string;
}

/** What was said of a layer. */
export interface SaidLayer {
  readonly styles: readonly NamedStyle[];
  readonly flags: Readonly<LayerFlags>;
}

/** `--style` and its company in the order in which they were given: what follows a `--layer` belongs to it. */
export class LayerList {
  #layers: { styles: { from: StyleChoice['from']; mask?: string }[]; flags: LayerFlags }[] = [
    { styles: [], flags: {} },
  ];
  #isListed = false;

  constructor(private readonly folder: string) {}

  /** Whether `--layer` was given: then these are all layers. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** The bottom one first. */
  get layers(): readonly SaidLayer[] {
    return this.#layers;
  }

  /** Begins the next layer; what was said before the first of them is a layer, too, if anything was. */
  layer(): void {
    const [first] = this.#layers;
    const isEmpty = first!.styles.length === 0 && Object.keys(first!.flags).length === 0;
    if (!this.#isListed && isEmpty) this.#layers = [];
    this.#isListed = true;
    this.#layers.push({ styles: [], flags: {} });
  }

  /** @throws GessoError usage/invalid */
  style(text: string): void {
    this.#last.styles.push({ from: this.#from(text) });
  }

  /** A mask belongs to the style before it. @throws GessoError usage/invalid */
  mask(text: string): void {
    const last = this.#last.styles.at(-1);
    if (!last)
      throw new GessoError(
        'usage/invalid',
        '--mask comes before any --style.',
        'Put it behind the style it is for, or use --layer-mask for a whole layer.',
      );
    if (last.mask !== undefined)
      throw new GessoError(
        'usage/invalid',
        'A style has two masks.',
        'Give each --style one --mask at most.',
      );
    last.mask = path.resolve(this.folder, text);
  }

  set(values: LayerFlags): void {
    Object.assign(this.#last.flags, values);
  }

  layerMask(text: string): void {
    this.set({ layerMask: path.resolve(this.folder, text) });
  }

  get #last() {
    return this.#layers.at(-1)!;
  }

  #from(text: string): StyleChoice['from'] {
    const number = /^builtin:(.*)$/i.exec(text)?.[1];
    if (number === undefined) return { picture: path.resolve(this.folder, text) };
    const builtIn = Number(number);
    if (/^\d+$/.test(number) && builtIn < BUILT_IN_STYLES) return { builtIn };
    throw new GessoError(
      'usage/invalid',
      expected(`builtin:0 to builtin:${BUILT_IN_STYLES - 1}`, '--style', text),
      'See `gesso style --help`.',
    );
  }
}
