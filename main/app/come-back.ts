import type { BrowserWindow } from 'electron';

/** A page that dies again so soon would only die for ever; milliseconds. */
const TOO_SOON_MS = 20_000;

export interface ComeBack {
  /** Before another page is loaded: what the dead one asked for has nobody to answer to. */
  reconnect(): void;
  died(what: string): void;
}

/** A page that died is loaded anew: main holds everything that it showed. */
export function comeBack(window: BrowserWindow, { reconnect, died }: ComeBack): void {
  let last = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    died(`The page died: ${reason} (${exitCode}).`);
    const now = Date.now();
    if (now - last > TOO_SOON_MS) {
      reconnect();
      window.webContents.reload();
    } else window.close();
    last = now;
  });
}
