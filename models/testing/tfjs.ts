import { randomFloats } from './random.ts';

/** A tiny Keras model as TensorFlow.js writes it: convolution, relu, concat, custom layers where asked. */
export function tinyTfjs({ custom = false } = {}) {
  const conv = (name: string, filters: number, from: string) => ({
    class_name: 'Conv2D',
    name,
    config: {
      name,
      filters,
      kernel_size: [3, 3],
      strides: [1, 1],
      padding: 'same',
      activation: 'linear',
      use_bias: true,
    },
    inbound_nodes: [[[from, 0, 0, {}]]],
  });
  const plain = (kind: string, name: string, config: object, ...from: string[]) => ({
    class_name: kind,
    name,
    config: { name, ...config },
    inbound_nodes: [from.map((each) => [each, 0, 0, {}])],
  });
  const layers = [
    {
      class_name: 'InputLayer',
      name: 'LR',
      config: { name: 'LR', batch_input_shape: [null, null, null, 3] },
      inbound_nodes: [],
    },
    conv('one', 4, 'LR'),
    plain('Activation', 'act', { activation: 'relu' }, 'one'),
    plain('Concatenate', 'cat', { axis: 3 }, 'LR', 'act'),
    custom
      ? plain('MultiplyBeta', 'beta', {}, 'cat')
      : plain('Activation', 'beta', { activation: 'linear' }, 'cat'),
    conv('two', 12, 'beta'),
    custom
      ? plain('PixelShuffle2x', 'up', {}, 'two')
      : plain(
          'UpSampling2D',
          'up',
          { size: [2, 2], interpolation: 'nearest', data_format: 'channels_last' },
          'two',
        ),
    ...(custom ? [] : [conv('three', 3, 'up')]),
  ];
  const shapes: Record<string, number[]> = {
    'one/kernel': [3, 3, 3, 4],
    'one/bias': [4],
    'two/kernel': [3, 3, 7, 12],
    'two/bias': [12],
    ...(custom ? {} : { 'three/kernel': [3, 3, 12, 3], 'three/bias': [3] }),
  };
  const entries = Object.entries(shapes);
  const data = entries.map(([, shape], index) =>
    randomFloats(
      shape.reduce((a, b) => a * b, 1),
      index + 1,
      -0.3,
      0.3,
    ),
  );
  const json = {
    format: 'layers-model',
    modelTopology: {
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'm',
          layers,
          input_layers: [['LR', 0, 0]],
          output_layers: [[layers.at(-1)!.name, 0, 0]],
        },
      },
    },
    weightsManifest: [
      { paths: ['shard.bin'], weights: entries.map(([name, shape]) => ({ name, shape, dtype: 'float32' })) },
    ],
  };
  const bytes = Buffer.concat(data.map((each) => new Uint8Array(each.buffer)));
  const weights = Object.fromEntries(entries.map(([name], index) => [name, data[index]!]));
  return { json, text: JSON.stringify(json), bytes, weights };
}
