import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import { ClipReader } from '../../../main/engine/media/video/clip-reader.ts';
import { colourTags, PixelConverter, readPlanes } from '../../../main/engine/media/video/frame-planes.ts';

/**
 * FFmpeg's own way (motion compensated interpolation, its best settings), on the same frames: every second one of the
 * first `count` is given, all are made.
 * @returns frames by number, and milliseconds
 */
export async function minterpolate(
  file: string,
  count: number,
): Promise<{ frames: Map<number, Float32Array>; ms: number }> {
  const reader = await ClipReader.open(file);
  const converter = new PixelConverter();
  const frames = new Map<number, Float32Array>();
  let chain: { graph: FilterGraph; source: FilterContext; sink: FilterContext } | undefined;
  let [ms, at] = [0, 0];
  const take = async () => {
    const made = new Frame();
    made.alloc();
    for (;;) {
      const begun = performance.now();
      const code = await chain!.sink.buffersinkGetFrame(made);
      ms += performance.now() - begun;
      if (code < 0) break;
      const floats = await converter.convert(made, 'gbrpf32le', colourTags(made));
      const planes = new Float32Array(3 * made.width * made.height);
      readPlanes(floats, planes);
      // In the filter's time base a tick is one of its frames.
      frames.set(Number(made.pts), planes);
      floats.free();
      made.unref();
    }
    made.free();
  };
  try {
    for await (const { frame } of reader.frames()) {
      if (at >= count) {
        frame.free();
        break;
      }
      chain ??= connect(frame.width, frame.height);
      if (at % 2 === 0) {
        frame.pts = BigInt(at / 2);
        const begun = performance.now();
        await chain.source.buffersrcAddFrame(frame);
        ms += performance.now() - begun;
        await take();
      }
      frame.free();
      at += 1;
    }
    await chain!.source.buffersrcAddFrame(null);
    await take();
    return { frames, ms };
  } finally {
    chain?.graph.free();
    converter.close();
    await reader.close();
  }
}

function connect(width: number, height: number) {
  const graph = new FilterGraph();
  graph.alloc();
  const make = (name: string, args: string | null) =>
    graph.createFilter(Filter.getByName(name)!, name, args)!;
  const source = make(
    'buffer',
    `video_size=${width}x${height}:pix_fmt=yuv420p:time_base=2/25:frame_rate=25/2:pixel_aspect=1/1`,
  );
  const filter = make('minterpolate', 'fps=25:mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1:scd=none');
  const sink = make('buffersink', null);
  if (source.link(0, filter, 0) < 0 || filter.link(0, sink, 0) < 0 || graph.configSync() < 0)
    throw new Error('minterpolate could not be set up');
  return { graph, source, sink };
}
