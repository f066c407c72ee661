import { AV_CODEC_FLAG_GLOBAL_HEADER } from 'node-av/constants';
import {
  avChannelLayoutDescribe,
  avGetSampleFmtName,
  Codec,
  CodecContext,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
  Packet,
  type Stream,
} from 'node-av/lib';
import { mul, type Rational, ratio, round } from '../../../../contract/time.ts';
import { checkInput, checkOutput, EAGAIN, END } from './ffmpeg.ts';

/** FFmpeg's pitch-keeping stretch sounds hollow below a half in one go: it is done in steps. */
const LEAST_TEMPO = 0.5;
/** Opus knows only this one, whatever it is given. */
const OPUS_RATE = 48_000;
const BIT_RATE_A_CHANNEL = 96_000n;

/**
 * Encodes one audio track anew, stretched where wished (`atempo` keeps the pitch). Gaps are filled and overlaps cut, so
 * that it stays where its timestamps say, however long it is.
 */
export class SoundConverter {
  /** Encodes into it: its parameters are the new track's. */
  readonly encoder: CodecContext;
  readonly #decoder: CodecContext;
  readonly #graph = new FilterGraph();
  readonly #source: FilterContext;
  readonly #sink: FilterContext;
  readonly #frame = new Frame();
  readonly #packet = new Packet();

  /**
   * @param file names the source in errors
   * @param encoder FFmpeg's name of the new track's
   * @param stretch so many times longer
   * @param start seconds of the source's clock at which the new track begins: what comes before is cut, what comes later
   * is stretched from there on
   */
  constructor(
    private readonly file: string,
    stream: Stream,
    encoder: string,
    stretch: number,
    start: Rational,
  ) {
    this.#decoder = openDecoder(stream, file);
    this.encoder = openEncoder(this.#decoder, encoder, file);
    this.#graph.alloc();
    [this.#source, this.#sink] = this.#connect(stream, stretch, start);
    this.#frame.alloc();
    this.#packet.alloc();
  }

  /**
   * Takes a packet of the source, or null at its end, and gives what is ready: packets in the encoder's time base, at
   * the source's time where nothing is stretched. They stay valid until the next one is taken.
   */
  async *convert(packet: Packet | null): AsyncGenerator<Packet> {
    const code = await this.#decoder.sendPacket(packet);
    // A packet that cannot be decoded leaves a gap, which is filled.
    if (code < 0 && code !== END && packet) return;
    const frame = this.#frame;
    while ((await this.#decoder.receiveFrame(frame)) >= 0) {
      checkOutput(await this.#source.buffersrcAddFrame(frame), this.file, 'converting the sound of');
      frame.unref();
      yield* this.#encoded();
    }
    if (packet) return;
    checkOutput(await this.#source.buffersrcAddFrame(null), this.file, 'converting the sound of');
    yield* this.#encoded();
    checkOutput(await this.encoder.sendFrame(null), this.file, 'encoding the sound of');
    yield* this.#ready();
  }

  close(): void {
    this.#frame.free();
    this.#packet.free();
    this.#graph.free();
    this.#decoder.freeContext();
    this.encoder.freeContext();
  }

  async *#encoded(): AsyncGenerator<Packet> {
    const frame = this.#frame;
    while ((await this.#sink.buffersinkGetFrame(frame)) >= 0) {
      let code = await this.encoder.sendFrame(frame);
      while (code === EAGAIN) {
        yield* this.#ready();
        code = await this.encoder.sendFrame(frame);
      }
      frame.unref();
      checkOutput(code, this.file, 'encoding the sound of');
      yield* this.#ready();
    }
  }

  async *#ready(): AsyncGenerator<Packet> {
    const packet = this.#packet;
    for (;;) {
      const code = await this.encoder.receivePacket(packet);
      if (code === EAGAIN || code === END) return;
      checkOutput(code, this.file, 'encoding the sound of');
      yield packet;
      packet.unref();
    }
  }

  #connect({ codecpar, timeBase }: Stream, stretch: number, start: Rational): [FilterContext, FilterContext] {
    const { encoder, file } = this;
    const made: FilterContext[] = [];
    const add = (name: string, args: string | null) => {
      const filter = this.#graph.createFilter(Filter.getByName(name)!, `${name}${made.length}`, args);
      if (!filter) checkOutput(END, file, `preparing ${name} for the sound of`);
      made.push(filter!);
    };
    const layout = layoutName(this.#decoder);
    add(
      'abuffer',
      `time_base=${timeBase.num}/${timeBase.den}:sample_rate=${codecpar.sampleRate}:sample_fmt=${avGetSampleFmtName(this.#decoder.sampleFormat)}:channel_layout=${layout}`,
    );
    // By the timestamps from the start on: silence where nothing is, and drift taken out.
    add('aresample', `async=1:first_pts=${round(mul(start, ratio(codecpar.sampleRate)))}`);
    for (const tempo of tempos(stretch)) add('atempo', `tempo=${tempo}`);
    add(
      'aformat',
      `sample_rates=${encoder.sampleRate}:channel_layouts=${layoutName(encoder)}:sample_fmts=${avGetSampleFmtName(encoder.sampleFormat)}`,
    );
    if (encoder.frameSize > 0) add('asetnsamples', `n=${encoder.frameSize}:p=0`);
    add('abuffersink', null);
    for (const [i, filter] of made.slice(0, -1).entries())
      checkOutput(filter.link(0, made[i + 1]!, 0), file, 'preparing the sound of');
    checkOutput(this.#graph.configSync(), file, 'preparing the sound of');
    return [made[0]!, made.at(-1)!];
  }
}

function openDecoder({ codecpar, timeBase }: Stream, file: string): CodecContext {
  const codec = Codec.findDecoder(codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  checkInput(decoder.parametersToContext(codecpar), file);
  decoder.pktTimebase = timeBase;
  checkInput(decoder.open2Sync(codec, null), file);
  return decoder;
}

function openEncoder(source: CodecContext, name: string, file: string): CodecContext {
  const codec = Codec.findEncoderByName(name as never);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const rates = name === 'libopus' ? [OPUS_RATE] : (codec?.supportedSamplerates ?? []);
  encoder.sampleRate = rates.length === 0 ? source.sampleRate : nearest(source.sampleRate, rates);
  encoder.sampleFormat = codec?.sampleFormats?.[0] ?? source.sampleFormat;
  encoder.channelLayout = source.channelLayout;
  encoder.timeBase = { num: 1, den: encoder.sampleRate } as never;
  encoder.bitRate = BIT_RATE_A_CHANNEL * BigInt(Math.max(1, source.channels));
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  checkOutput(encoder.open2Sync(codec, null), file, 'opening the encoder for the sound of');
  return encoder;
}

/** `stereo`, `5.1(side)`: what filters call a layout; by the number of channels where the source only has that. */
function layoutName(context: CodecContext): string {
  const name = avChannelLayoutDescribe(context.channelLayout) ?? '';
  return name === '' || / channels?$/.test(name) ? `${context.channels}c` : name;
}

function nearest(rate: number, able: readonly number[]): number {
  return able.toSorted((a, b) => Math.abs(a - rate) - Math.abs(b - rate))[0]!;
}

/** Tempos that together make sound `stretch` times longer, none too far from 1. */
export function tempos(stretch: number): number[] {
  const steps = [];
  let left = 1 / stretch;
  while (left < LEAST_TEMPO) {
    steps.push(LEAST_TEMPO);
    left /= LEAST_TEMPO;
  }
  if (left !== 1) steps.push(left);
  return steps;
}
