import { CrashReports, type ReportFacts } from '../jobs/crash-report.ts';
import type { JobStore } from '../jobs/store.ts';

/** Jobs of which pictures may stand in the logs. */
const NAMED_JOBS = 50;

export interface ReportsOptions {
  /** The folder of logs. */
  logs: string;
  version: string;
  store: JobStore;
  /** Paths of the pictures that were open or named by the queue. */
  known(): string[];
  /** There is a report that nobody has read. */
  ready(): void;
}

/** What the window does when something of it has died. */
export class Reports {
  readonly #files: CrashReports;

  constructor(private readonly options: ReportsOptions) {
    this.#files = new CrashReports(options.logs);
  }

  /** Something died: keeps a report, and offers it. */
  died(what: string): void {
    this.#files.keep(this.#facts(what));
    this.options.ready();
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
    const { version, store, known } = this.options;
    const { electron, chrome, node } = process.versions as Record<string, string | undefined>;
    return {
      what,
      version,
      versions: { Electron: electron, Chromium: chrome, Node: node },
      pictures: [...known(), ...picturesOf(store)],
    };
  }
}

function picturesOf(store: JobStore): string[] {
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
