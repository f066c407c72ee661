/** Endings of files that a model may be in; TensorFlow.js calls its own model.json. */
export const MODEL_ENDINGS = ['pth', 'pt', 'ckpt', 'pkl', 'safetensors', 'onnx', 'param'] as const;

/** Whether a file is a model, as far as its name tells. */
export function isModelFile(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'model.json' || MODEL_ENDINGS.some((ending) => lower.endsWith(`.${ending}`));
}

/** Weights that lie beside the file that names them: `.bin` of ncnn and TensorFlow.js, `.data` of ONNX. */
export function isPartOfModel(name: string): boolean {
  return /\.(bin|data)$/i.test(name);
}
