import { GessoError } from '../../contract/errors.ts';
import { storageError } from '../../models/library/storage.ts';
import { CrashReports, type ReportFacts } from '../jobs/crash-report.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

/** Jobs of which pictures may stand in the logs. */
const NAMED_JOBS = 50;

/** What the window does when something of it has died. */
export class Reports {
  readonly #files: CrashReports;

  constructor(
    private readonly studio: Studio,
    folder: string,
  ) {
    this.#files = new CrashReports(folder);
  }

  /** Something died: keeps a report, and offers it. */
  died(what: string): void {
    this.#files.keep(this.#facts(what));
    this.studio.page?.emit('report.ready', undefined);
  }

  get hasUnread(): boolean {
    return this.#files.unread() !== undefined;
  }

  /** The report that was not read yet, or one of now. */
  text(): string {
    return this.#files.unread() ?? this.#files.compose(this.#facts('Nothing has died: the user asked.'));
  }

  markRead(): void {
    this.#files.markRead();
  }

  #facts(what: string): ReportFacts {
    const { workshop, version } = this.studio.options;
    const { electron, chrome, node } = process.versions as Record<string, string | undefined>;
    return {
      what,
      version,
      versions: { Electron: electron, Chromium: chrome, Node: node },
      pictures: [...this.studio.sources.paths(), ...picturesOf(workshop.store)],
    };
  }
}

function picturesOf(store: Studio['options']['workshop']['store']): string[] {
  try {
    return store
      .latestJobs(NAMED_JOBS)
      .flatMap(({ id }) => store.items(id))
      .flatMap(({ input, result }) => [input, ...(result ? [result.output] : [])]);
  } catch {
    // The queue may be what broke.
    return [];
  }
}

type Handled = 'report.get' | 'report.save' | 'report.read';

export function reportHandlers(studio: Studio): Pick<ChannelHandlers, Handled> {
  const { desktop } = studio.options;
  return {
    'report.get': () => ({ text: studio.reports.text() }),
    'report.read': () => studio.reports.markRead(),
    'report.save': async () => {
      const target = await desktop.chooseTarget('gesso-report.txt');
      if (target === undefined) return { saved: false };
      try {
        writeWhole(target, studio.reports.text());
      } catch (cause) {
        throw storageError(cause, target) ?? GessoError.from(cause);
      }
      return { saved: true };
    },
  };
}
