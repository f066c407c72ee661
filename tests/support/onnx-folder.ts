import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import onnxProto from 'onnx-proto';

const { ModelProto } = onnxProto.onnx;
type Graph = onnxProto.onnx.IGraphProto;

/**
 * The model of an installed bundle as diffusers exports one to ONNX: other names, whole numbers where there are tokens,
 * the weights of each network in a file beside it.
 * @param source the folder of diffusers that the bundle was made of
 */
export function exportOnnxFolder(bundle: string, source: string, into: string): void {
  cpSync(path.join(source, 'tokenizer'), path.join(into, 'tokenizer'), { recursive: true });
  copyFileSync(path.join(source, 'model_index.json'), path.join(into, 'model_index.json'));
  const parts: [string, string, string, (graph: Graph) => void][] = [
    [
      'unet',
      'unet',
      'unet',
      (graph) =>
        renamed(graph, { time: 'timestep', text: 'encoder_hidden_states', prediction: 'out_sample' }),
    ],
    [
      'vae-decoder',
      'vae_decoder',
      'vae',
      (graph) => renamed(graph, { latents: 'latent_sample', decoded: 'sample' }),
    ],
    [
      'vae-encoder',
      'vae_encoder',
      'vae',
      (graph) => renamed(graph, { picture: 'sample', moments: 'latent_parameters' }),
    ],
    ['text', 'text_encoder', 'text_encoder', textPorts],
  ];
  for (const [from, to, config, change] of parts) {
    mkdirSync(path.join(into, to), { recursive: true });
    copyFileSync(path.join(source, config, 'config.json'), path.join(into, to, 'config.json'));
    copyFileSync(path.join(bundle, `${from}.bin`), path.join(into, to, 'weights.pb'));
    const model = ModelProto.decode(readFileSync(path.join(bundle, `${from}.onnx`)));
    for (const tensor of model.graph?.initializer ?? [])
      for (const entry of tensor.externalData ?? []) if (entry.key === 'location') entry.value = 'weights.pb';
    change(model.graph!);
    writeFileSync(path.join(into, to, 'model.onnx'), ModelProto.encode(model).finish());
  }
}

function renamed(graph: Graph, names: Readonly<Record<string, string>>): void {
  const now = (name: string) => names[name] ?? name;
  for (const port of [...graph.input!, ...graph.output!]) port.name = now(port.name!);
  for (const node of graph.node!) {
    node.input = node.input!.map(now);
    node.output = node.output!.map(now);
  }
}

/** Token numbers in, the last layer out; nothing of taught words. */
function textPorts(graph: Graph): void {
  const shape = (name: string) =>
    graph
      .input!.find((port) => port.name === name)!
      .type!.tensorType!.shape!.dim!.map(({ dimValue }) => Number(dimValue));
  for (const name of ['replaced', 'is_replaced', 'end']) {
    const dims = shape(name);
    const count = dims.reduce((a, b) => a * b, 1);
    graph.initializer!.push({
      name,
      dims,
      dataType: 1,
      rawData: new Uint8Array(new Float32Array(count).buffer),
    });
  }
  graph.initializer!.push(
    { name: 'last', dims: [1], dataType: 7, rawData: new Uint8Array(BigInt64Array.of(-1n).buffer) },
    { name: 'far', dims: [1], dataType: 7, rawData: new Uint8Array(BigInt64Array.of(1000n).buffer) },
    { name: 'first_axis', dims: [1], dataType: 7, rawData: new Uint8Array(BigInt64Array.of(0n).buffer) },
  );
  graph.node!.unshift({
    opType: 'Cast',
    input: ['input_ids'],
    output: ['ids'],
    attribute: [{ name: 'to', type: 2, i: 1 }],
  });
  graph.node!.push({
    opType: 'Slice',
    input: ['normed', 'last', 'far', 'first_axis'],
    output: ['last_hidden_state'],
  });
  const tokens = { tensorType: { elemType: 7, shape: { dim: [{ dimValue: 1 }, { dimValue: 77 }] } } };
  graph.input = [{ name: 'input_ids', type: tokens }];
  const [normed] = graph.output!.filter((port) => port.name === 'normed');
  const [, ...others] = normed!.type!.tensorType!.shape!.dim!;
  const made = { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }, ...others] } } };
  graph.output = [{ name: 'last_hidden_state', type: made }];
}
