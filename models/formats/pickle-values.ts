import { GessoError } from '../../contract/errors.ts';

/** What a pickle can hold once it is read. Python's classes and functions are names and nothing more. */
export type PickleValue = null | boolean | number | bigint | string | PickleValue[] | PickleObject;

export class Dict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

export class Tuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** The name of a class or function that the pickle may mention: `torch.FloatStorage`. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Something whose inside nobody needs: an array of numpy, a device, bytes. */
export class Opaque {
  readonly kind: string;
  constructor(kind: string) {
    this.kind = kind;
  }
}

/** One storage of tensors, named by the pickle; its bytes lie elsewhere in the file. */
export class StorageRef {
  readonly key: string;
  /** As PyTorch calls it, without `Storage`: `Float`, `Half`, `Untyped`. */
  readonly kind: string;
  /** Elements; bytes where it is untyped. */
  readonly count: number;
  constructor(key: string, kind: string, count: number) {
    this.key = key;
    this.kind = kind;
    this.count = count;
  }
}

/** A part of a storage, as PyTorch before 0.4 wrote it. */
export class StorageView {
  readonly storage: StorageRef;
  readonly offset: number;
  constructor(storage: StorageRef, offset: number) {
    this.storage = storage;
    this.offset = offset;
  }
}

/** A tensor before it is known where its storage lies. */
export class TensorRef {
  readonly storage: StorageRef;
  /** PyTorch's word for the type of its values: `Float`, `float32`. */
  readonly kind: string;
  /** In elements. */
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
  constructor(
    storage: StorageRef,
    kind: string,
    offset: number,
    dims: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.kind = kind;
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
  }
}

type PickleObject = Dict | Tuple | Global | Opaque | StorageRef | StorageView | TensorRef;

/** What a pickle asks to be run. Nothing is ever run; the name is for the message. */
export function unsafeModel(file: string, what: string): GessoError {
  return new GessoError(
    'model/unsafe',
    `${file} asks to use ${what} while it is opened, which could run a program, so it was not opened.`,
    'Get the model as .safetensors or ONNX, or as a checkpoint that holds nothing but its tensors (a state_dict).',
  );
}
