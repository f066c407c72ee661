/** A tiny ncnn network of every layer kind that the catalogue's models use, and the bytes of its weights. */
import { randomFloats } from './random.ts';

export const TINY_PARAM = `7767517
14 17
Input            in      0 1 data
MemoryData       mean    0 1 mean 0=1 1=1 2=3
BinaryOp         sub     2 1 data mean centred 0=1
BinaryOp         mul     1 1 centred big 0=2 1=1 2=2.550000e+02
Convolution      conv1   1 1 big a 0=8 1=3 4=1 5=1 6=216 9=2 -23310=1,2.000000e-01
Split            split   1 3 a a0 a1 a2
PReLU            prelu   1 1 a0 b 0=8
Swish            swish   1 1 a1 c
Eltwise          sum     2 1 b c d 0=1 -23301=2,2.000000e-01,1.000000e+00
Concat           cat     2 1 d a2 e
Convolution      conv2   1 1 e f 0=12 1=3 4=1 5=1 6=1728
PixelShuffle     shuffle 1 1 f g 0=2
Sigmoid          sigmoid 1 1 g h
Interp           half    1 1 h out 0=1 1=2.000000e+00 2=2.000000e+00
`;

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function flag(value: number): Uint8Array {
  return bytesOf(new Float32Array(Uint32Array.of(value).buffer));
}

/** The tiny network's weights in fp32: mean, conv1, prelu, conv2. */
export function tinyWeights() {
  return {
    mean: randomFloats(3, 1, 0, 1),
    kernel1: randomFloats(216, 2, -0.01, 0.01),
    bias1: randomFloats(8, 3),
    slope: randomFloats(8, 4, 0, 2),
    kernel2: randomFloats(1728, 5, -0.2, 0.2),
    bias2: randomFloats(12, 6),
  };
}

export function tinyBin(): Uint8Array {
  const { mean, kernel1, bias1, slope, kernel2, bias2 } = tinyWeights();
  const parts = [bytesOf(mean), flag(0), bytesOf(kernel1), bytesOf(bias1), bytesOf(slope)];
  return Buffer.concat([...parts, flag(0), bytesOf(kernel2), bytesOf(bias2)]);
}
