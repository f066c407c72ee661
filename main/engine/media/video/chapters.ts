import { type Rational, ratio } from '../../../../contract/time.ts';

/** A chapter: its start included and its end not. */
export interface Chapter {
  start: Rational;
  end: Rational;
  title: string;
}

/** How `av_dump_format` prints one, in pieces: "    Chapter #0:1: ", "start 2.500000, ", "end 9.000000". */
const CHAPTER = /^\s*Chapter #\d+:\d+: $/;
const START = /^start (-?\d+\.\d+), $/;
const END = /^end (-?\d+\.\d+)$/;
const KEY = /^\s*(\S+)\s*: $/;
/** Where a value has several lines, the next ones stand under it. */
const NEXT_LINE = /^\n\s*: $/;

/** Reads the chapters out of what FFmpeg prints of a file (`dumpOf`); times as printed, to the microsecond. */
export function parseChapters(pieces: readonly string[]): Chapter[] {
  const chapters: Chapter[] = [];
  let key = '';
  let isOver = true;
  for (const piece of pieces) {
    const chapter = chapters.at(-1);
    const [start, end] = [START.exec(piece), END.exec(piece)];
    if (CHAPTER.test(piece)) {
      chapters.push({ start: ratio(0), end: ratio(0), title: '' });
      [key, isOver] = ['', false];
    } else if (/^\s*(Stream|Program) #/.test(piece)) isOver = true;
    else if (!chapter || isOver) continue;
    else if (key === '' && start) chapter.start = seconds(start[1] ?? '');
    else if (key === '' && end) chapter.end = seconds(end[1] ?? '');
    else if (NEXT_LINE.test(piece) && key === 'title') chapter.title += '\n';
    else if (piece === '') key = '';
    else if (key === 'title') chapter.title += piece;
    else key = KEY.exec(piece)?.[1] ?? key;
  }
  return chapters;
}

function seconds(text: string): Rational {
  const [whole = '0', places = ''] = text.replace('-', '').split('.');
  const value = Number(whole) * 1_000_000 + Number(places.padEnd(6, '0').slice(0, 6));
  return ratio(text.startsWith('-') ? -value : value, 1_000_000);
}
