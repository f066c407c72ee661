import { GessoError } from '../../contract/errors.ts';
import { unknownModel } from '../errors.ts';
import type { NamedTensors } from '../formats/checkpoint.ts';
import type { Graph } from '../graph/graph.ts';
import type { Architecture, Built } from './architecture.ts';
import { Net } from './net.ts';
import { candidates } from './normalise.ts';
import { ARCHITECTURES } from './registry.ts';
import { Weights } from './weights.ts';

/** A network built from a checkpoint. */
export interface Recognised extends Built {
  readonly architecture: string;
  readonly graph: Graph;
  /** Trained values. */
  readonly parameters: number;
  /** Windows and strides lie on multiples of so many input pixels. */
  readonly alignment: number;
}

/**
 * Finds the architecture of a checkpoint by the names and shapes of its tensors and builds its graph.
 * @param groups as a `Checkpoint` holds them @param file for messages
 * @throws GessoError model/unknown-architecture (with what the tensors look like), model/broken where the
 *   architecture is known and its tensors do not fit it
 */
export function recognise(
  groups: ReadonlyMap<string, NamedTensors>,
  file: string,
  architectures: readonly Architecture[] = ARCHITECTURES,
): Recognised {
  for (const tensors of candidates(groups)) {
    const architecture = architectures.find(({ clues }) =>
      clues.some((names) => names.every((name) => tensors.has(name))),
    );
    if (architecture) return build(architecture, tensors, file);
  }
  throw unknownTensors(groups, file);
}

function build(architecture: Architecture, tensors: NamedTensors, file: string): Recognised {
  const { id, spare } = architecture;
  const weights = new Weights(tensors, file, `${/^[AEIOU]/.test(id) ? 'an' : 'a'} ${id}`);
  const net = new Net(id.toLowerCase(), weights);
  const built = architecture.build(net);
  const stray = weights.unread().filter((name) => !spare?.test(name) && !COUNTERS.test(name));
  // What a network has beyond its kind changes what it does: better refused than shown wrong.
  if (stray.length > 0) {
    throw unknownModel(
      file,
      `a variant of ${id} with ${stray.length} more tensors (${stray.slice(0, 3).join(', ')})`,
    );
  }
  net.align(built.sizeMultipleOf);
  return {
    ...built,
    architecture: id,
    graph: net.builder.graph,
    parameters: weights.parameters,
    alignment: net.alignment,
  };
}

/** Leftovers of training and of profilers that no network reads. */
const COUNTERS = /(^|\.)(num_batches_tracked|total_ops|total_params)$/;

function unknownTensors(groups: ReadonlyMap<string, NamedTensors>, file: string): GessoError {
  const [, largest] = [...groups].sort(([, a], [, b]) => b.size - a.size)[0] ?? [];
  if (!largest?.size)
    return new GessoError('input/unsupported', `${file} holds no tensors, so it is not a model.`, HINT);
  const values = [...largest.values()].reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0);
  const shown = [...largest]
    .slice(0, 4)
    .map(([name, { dims, type }]) => `${name} (${dims.join(' x ') || 'one number'}, ${type})`);
  return new GessoError(
    'model/unknown-architecture',
    `${file} is a model whose architecture Gesso does not know: ${largest.size} tensors with ${values} values, such as ${shown.join(', ')}.`,
    `${HINT} Known architectures: ${ARCHITECTURES.map(({ id }) => id).join(', ')}.`,
  );
}

const HINT = 'Choose another file, or the same model as ONNX.';
