/** How text subtitles are written into packets; FFmpeg's names. */
export type TextKind = 'subrip' | 'ass' | 'webvtt' | 'mov_text';

/** A piece of text in one style. */
interface Span {
  text: string;
  bold: boolean;
  italic: boolean;
  underline: boolean;
}

type Style = Omit<Span, 'text'>;

const PLAIN: Style = { bold: false, italic: false, underline: false };
const STYLES = { b: 'bold', i: 'italic', u: 'underline' } as const;

/**
 * Rewrites one packet of subtitles. Bold, italic and underlined stay; positions, colours and fonts, which these kinds
 * spell too differently, go.
 * @returns undefined where nothing is left to show
 */
export function rewriteText(packet: Buffer, from: TextKind, to: TextKind): Buffer | undefined {
  const spans = READ[from](packet).filter(({ text }) => text !== '');
  if (spans.every(({ text }) => text.trim() === '')) return undefined;
  return WRITE[to](spans);
}

/**
 * What a track of that kind states before its first packet.
 * `mov_text`: the rest of a TextSampleEntry (3GPP TS 26.245, 5.16): white, at the bottom, in the middle.
 */
export function textHeader(kind: TextKind): Buffer | undefined {
  if (kind !== 'mov_text') return undefined;
  const font = Buffer.from('Sans', 'latin1');
  const head = Buffer.alloc(30);
  head[4] = 1; // horizontally in the middle
  head[5] = 0xff; // at the bottom: -1
  head.writeUInt16BE(1, 22); // font 1
  head[25] = 18; // its size
  head.writeUInt32BE(0xffffffff, 26); // white
  const table = Buffer.alloc(13);
  table.writeUInt32BE(13 + font.length, 0);
  table.write('ftab', 4, 'latin1');
  table.writeUInt16BE(1, 8);
  table.writeUInt16BE(1, 10);
  table[12] = font.length;
  return Buffer.concat([head, table, font]);
}

const READ: Readonly<Record<TextKind, (packet: Buffer) => Span[]>> = {
  subrip: (packet) => fromTags(packet.toString('utf8').replace(/\{\\[^}]*\}/g, '')),
  webvtt: (packet) =>
    fromTags(packet.toString('utf8')).map((span) => ({ ...span, text: unescaped(span.text) })),
  ass: (packet) => fromAss(packet.toString('utf8')),
  mov_text: fromTimedText,
};

const WRITE: Readonly<Record<TextKind, (spans: readonly Span[]) => Buffer>> = {
  subrip: (spans) => Buffer.from(toTags(spans, (text) => text)),
  webvtt: (spans) => Buffer.from(toTags(spans, escaped)),
  ass: (spans) => Buffer.from(`0,0,Default,,0,0,0,,${toAss(spans)}`),
  mov_text: toTimedText,
};

function fromTags(text: string): Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  for (const piece of text.replaceAll('\r\n', '\n').split(/(<\/?[^<>\n]*>)/)) {
    const tag = /^<(\/?)([a-z])(?:[.\s][^>]*)?>$/i.exec(piece);
    const key = STYLES[(tag?.[2] ?? '').toLowerCase() as 'b'];
    if (key) style = { ...style, [key]: tag?.[1] === '' };
    else if (!/^<[^<>\n]*>$/.test(piece)) spans.push({ ...style, text: piece });
  }
  return spans;
}

function toTags(spans: readonly Span[], written: (text: string) => string): string {
  return spans
    .map((span) =>
      (['u', 'i', 'b'] as const).reduce(
        (inner, tag) => (span[STYLES[tag]] ? `<${tag}>${inner}</${tag}>` : inner),
        written(span.text),
      ),
    )
    .join('');
}

/** The fields of an ASS packet before its text: ReadOrder, Layer, Style, Name, three margins, Effect. */
const FIELDS = 8;

function fromAss(packet: string): Span[] {
  const text = packet.split(',').slice(FIELDS).join(',');
  const spans: Span[] = [];
  let style = PLAIN;
  for (const piece of text.split(/(\{[^}]*\})/)) {
    if (piece.startsWith('{')) {
      for (const [, tag, value] of piece.matchAll(/\\([biu])(\d+)/g))
        style = { ...style, [STYLES[tag as 'b']]: value !== '0' };
      if (/\\p[1-9]/.test(piece)) return [];
    } else spans.push({ ...style, text: piece.replace(/\\[Nn]/g, '\n').replaceAll('\\h', '\u00a0') });
  }
  return spans;
}

function toAss(spans: readonly Span[]): string {
  return spans
    .map((span) => {
      const on = (['b', 'i', 'u'] as const).filter((tag) => span[STYLES[tag]]);
      const text = span.text.replaceAll('\n', '\\N');
      if (on.length === 0) return text;
      return `{${on.map((tag) => `\\${tag}1`).join('')}}${text}{${on.map((tag) => `\\${tag}0`).join('')}}`;
    })
    .join('');
}

/** Timed text: its length, the text, and boxes after it; `styl` counts in characters. */
function fromTimedText(packet: Buffer): Span[] {
  if (packet.length < 2) return [];
  const length = Math.min(packet.readUInt16BE(0), packet.length - 2);
  const characters = [...packet.toString('utf8', 2, 2 + length)];
  const styles = characters.map(() => PLAIN);
  for (let at = 2 + length; at + 8 <= packet.length; ) {
    const size = packet.readUInt32BE(at);
    if (packet.toString('latin1', at + 4, at + 8) === 'styl' && at + 10 <= packet.length)
      for (
        let n = 0, entry = at + 10;
        n < packet.readUInt16BE(at + 8) && entry + 12 <= packet.length;
        n += 1, entry += 12
      ) {
        const flags = packet[entry + 6] ?? 0;
        const style = { bold: (flags & 1) !== 0, italic: (flags & 2) !== 0, underline: (flags & 4) !== 0 };
        styles.fill(style, packet.readUInt16BE(entry), packet.readUInt16BE(entry + 2));
      }
    if (size < 8) break;
    at += size;
  }
  const spans: Span[] = [];
  for (const [i, character] of characters.entries()) {
    const last = spans.at(-1);
    if (last && styles[i] === styles[i - 1]) last.text += character;
    else spans.push({ ...styles[i]!, text: character });
  }
  return spans;
}

function toTimedText(spans: readonly Span[]): Buffer {
  const text = Buffer.from(spans.map((span) => span.text).join(''), 'utf8').subarray(0, 0xffff);
  const entries: Buffer[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + [...span.text].length;
    const flags = Number(span.bold) + 2 * Number(span.italic) + 4 * Number(span.underline);
    if (flags) {
      const entry = Buffer.alloc(12, 0xff);
      entry.writeUInt16BE(at, 0);
      entry.writeUInt16BE(end, 2);
      entry.writeUInt16BE(1, 4);
      entry[6] = flags;
      entry[7] = 18;
      entries.push(entry);
    }
    at = end;
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  if (entries.length === 0) return Buffer.concat([length, text]);
  const head = Buffer.alloc(10);
  head.writeUInt32BE(10 + 12 * entries.length, 0);
  head.write('styl', 4, 'latin1');
  head.writeUInt16BE(entries.length, 8);
  return Buffer.concat([length, text, head, ...entries]);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', '\u00a0')
    .replace(/&(lrm|rlm);/g, '')
    .replaceAll('&amp;', '&');
}
