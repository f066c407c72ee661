import onnxProto from 'onnx-proto';

/**
 * ONNX's protobuf messages. onnx-proto is CommonJS and hangs its types off a default import; this is the one place
 * that knows. Its messages are those of ONNX 1.10 (IR 8); fields of newer files are skipped by protobuf's own rules.
 */
export const { ModelProto } = onnxProto.onnx;

/** Numbers of `TensorProto.DataType` and `AttributeProto.AttributeType` that Gesso writes and reads. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** Bytes of one element. */
export const ELEMENT_BYTES = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
} as const;
