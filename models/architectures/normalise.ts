import type { NamedTensors, StoredTensor } from '../formats/checkpoint.ts';

/**
 * Dictionaries that training programs wrap a network's tensors in, the best first: the smoothed weights (BasicSR's
 * `params_ema`) are what their authors publish.
 */
const GROUPS = [
  'params_ema',
  'params-ema',
  'ema',
  'model_ema',
  'ema_state_dict',
  'params',
  'state_dict',
  'model_state_dict',
  'model',
  'net',
  'net_g',
  'netG',
  'generator',
  'g_ema',
  '',
];

/** Names that wrappers put before every tensor: DataParallel, torch.compile, Lightning, GAN trainers. */
const PREFIXES = [
  'module.',
  '_orig_mod.',
  'net_g_ema.',
  'ema_model.',
  'net_g.',
  'netG.',
  'generator.',
  'model.',
  'network.',
  'net.',
  'gan.',
];
const MAX_PREFIXES = 4;

/**
 * The sets of tensors that a checkpoint may mean, best first: each dictionary as it is, then without the prefix that
 * a wrapper put before some or all of its names. A prefix that is left out takes the other tensors (a discriminator,
 * a loss) with it.
 */
export function* candidates(groups: ReadonlyMap<string, NamedTensors>): Generator<NamedTensors> {
  const rank = (name: string) => (GROUPS.includes(name) ? GROUPS.indexOf(name) : GROUPS.length);
  const ordered = [...groups].sort(([a], [b]) => rank(a) - rank(b));
  for (const [, tensors] of ordered) yield* withoutPrefixes(tensors, MAX_PREFIXES);
}

function* withoutPrefixes(tensors: NamedTensors, depth: number): Generator<NamedTensors> {
  yield tensors;
  if (depth === 0) return;
  for (const prefix of PREFIXES) {
    const inner = new Map<string, StoredTensor>();
    for (const [name, tensor] of tensors)
      if (name.startsWith(prefix)) inner.set(name.slice(prefix.length), tensor);
    if (inner.size > 0) yield* withoutPrefixes(inner, depth - 1);
  }
}
