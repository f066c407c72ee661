import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';
import { language, textSize, theme } from '../../contract/views.ts';
import { writeWhole } from '../jobs/write-whole.ts';

const stored = z.object({
  theme: theme.catch('dark').default('dark'),
  language: language.catch('system').default('system'),
  textSize: textSize.catch(100).default(100),
  isMaximized: z.boolean().catch(false).default(false),
  bounds: z
    .object({ x: z.int(), y: z.int(), width: z.int().min(640), height: z.int().min(480) })
    .optional()
    .catch(undefined),
});
type Stored = z.infer<typeof stored>;

/**
 * What the window remembers from one run to the next: its place, its language (the system's at first), the size
 * of its text, and its theme (dark at first: a neutral room around the picture). A broken file is as good as none.
 */
export class WindowState {
  readonly #file: string;
  readonly #values: Stored;

  constructor(folder: string) {
    this.#file = path.join(folder, 'window.json');
    let raw: unknown = {};
    try {
      raw = JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch {
      // The first run, or a broken file.
    }
    const parsed = stored.safeParse(raw);
    this.#values = parsed.success ? parsed.data : stored.parse({});
  }

  get theme(): Stored['theme'] {
    return this.#values.theme;
  }
  set theme(chosen: Stored['theme']) {
    this.#values.theme = chosen;
    this.#save();
  }
  get language(): string {
    return this.#values.language;
  }
  set language(chosen: string) {
    this.#values.language = chosen;
    this.#save();
  }
  get textSize(): Stored['textSize'] {
    return this.#values.textSize;
  }
  set textSize(chosen: Stored['textSize']) {
    this.#values.textSize = chosen;
    this.#save();
  }
  get isMaximized(): boolean {
    return this.#values.isMaximized;
  }

  /** Where the window was, if a screen is still there. */
  bounds(): Partial<Rectangle> {
    const { bounds } = this.#values;
    if (!bounds) return { width: 1440, height: 900 };
    const { workArea } = screen.getDisplayMatching(bounds);
    const isSeen =
      bounds.x < workArea.x + workArea.width - 80 &&
      bounds.x + bounds.width > workArea.x + 80 &&
      bounds.y >= workArea.y - 20 &&
      bounds.y < workArea.y + workArea.height - 80;
    return isSeen ? bounds : { width: bounds.width, height: bounds.height };
  }

  remember(window: BrowserWindow): void {
    this.#values.isMaximized = window.isMaximized();
    this.#values.bounds = window.getNormalBounds();
    this.#save();
  }

  #save(): void {
    try {
      writeWhole(this.#file, `${JSON.stringify(this.#values, null, 2)}\n`);
    } catch {
      // The place of a window is not worth a message.
    }
  }
}
