import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeWhole } from './write-whole.ts';

/** Lines of each log that go along. */
const LOG_LINES = 200;
const KEPT = 10;

export interface ReportFacts {
  /** What died and how, or why somebody asked. */
  what: string;
  version: string;
  /** Of what runs: Electron, Node and so on. */
  versions: Readonly<Record<string, string | undefined>>;
  /** Files of the user's that the logs may name: pictures and their results. */
  pictures: readonly string[];
}

/**
 * What somebody who mends Gesso needs, as plain text that its user can read first: nothing of it is sent anywhere.
 * Names and paths of pictures are replaced by numbers, the user's folder by `<home>`.
 */
export function reportText(
  facts: ReportFacts,
  logs: Readonly<Record<string, string>>,
  now = new Date(),
): string {
  const versions = Object.entries(facts.versions).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  const parts = [
    `Gesso ${facts.version}, ${now.toISOString()}`,
    `${os.platform()} ${os.release()} ${os.arch()}, ${os.availableParallelism()} threads, ${gigabytes(os.totalmem())} of memory (${gigabytes(os.freemem())} free)`,
    versions.join(', '),
    '',
    facts.what,
    ...Object.entries(logs).flatMap(([name, text]) => ['', `--- ${name}`, lastLines(text)]),
  ];
  return `${withoutNames(parts.join('\n'), facts.pictures)}\n`;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
}

/** Longer ones first: a path before the name at its end, `a.png.png` before `a.png`. */
function withoutNames(text: string, pictures: readonly string[]): string {
  const stands = new Map<string, string>();
  for (const [index, file] of [...new Set(pictures)].entries()) {
    stands.set(file, `<picture ${index + 1}>`);
    const name = path.basename(file);
    if (!stands.has(name)) stands.set(name, `<picture ${index + 1}>`);
  }
  stands.set(os.homedir(), '<home>');
  // A home at the root of the disk would take every slash with it.
  const names = [...stands.keys()].filter((name) => name.length > 1).toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return text.replace(pattern, (found) => stands.get(found) ?? found);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Reports in the folder of logs; the last few are kept. */
export class CrashReports {
  constructor(private readonly folder: string) {}

  /** Composes a report from the logs as they are now. */
  compose(facts: ReportFacts): string {
    return reportText(facts, this.#logs());
  }

  /** Keeps a report for the user to read; never throws, because something worse has happened already. */
  keep(facts: ReportFacts): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      const time = new Date().toISOString().replace(/[:.]/g, '-');
      writeWhole(path.join(this.folder, `crash-${time}.txt`), this.compose(facts));
      for (const old of this.#names().slice(0, -KEPT)) rmSync(path.join(this.folder, old), { force: true });
    } catch {
      // A full disk, most likely: it is said where it hurts.
    }
  }

  /** The newest one that nobody has been shown. */
  unread(): string | undefined {
    const name = this.#names().at(-1);
    if (name === undefined || name <= this.#seen()) return undefined;
    return this.#read(name);
  }

  /** The user has been offered what there is. */
  markRead(): void {
    const name = this.#names().at(-1);
    if (name !== undefined) writeWhole(path.join(this.folder, 'crash.seen'), name);
  }

  #names(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => /^crash-.*\.txt$/.test(name))
        .toSorted();
    } catch {
      return [];
    }
  }

  #seen(): string {
    return this.#read('crash.seen') ?? '';
  }

  #logs(): Record<string, string> {
    return Object.fromEntries(
      ['window', 'engine'].flatMap((name) => {
        const text = this.#read(`${name}.log`);
        return text === undefined ? [] : [[`${name}.log`, text]];
      }),
    );
  }

  #read(name: string): string | undefined {
    try {
      return readFileSync(path.join(this.folder, name), 'utf8');
    } catch {
      return undefined;
    }
  }
}
