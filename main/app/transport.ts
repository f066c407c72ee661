import { type BrowserWindow, ipcMain } from 'electron';
import type { Port, ToPage } from '../../contract/channels.ts';
import { PAGE_ORIGIN } from './security.ts';

/** The one Electron channel that the preload knows. */
const LINE = 'gesso';

/**
 * The line to a window's page over Electron's IPC. Only the top frame of our own page is heard; the port ends with that
 * page: with its window, or when the page dies and another one takes its place.
 */
export function windowPort(window: BrowserWindow, onProblem: (problem: unknown) => void): Port<ToPage> {
  return {
    send(message) {
      if (!window.isDestroyed()) window.webContents.send(LINE, message);
    },
    onMessage(listener) {
      const hear = (event: Electron.IpcMainEvent, message: unknown) => {
        const frame = event.senderFrame;
        const isOurs =
          event.sender === window.webContents &&
          frame !== null &&
          frame.parent === null &&
          frame.url.startsWith(`${PAGE_ORIGIN}/`);
        if (isOurs) listener(message);
        else onProblem(new Error(`A message from ${frame?.url ?? 'a frame that is gone'} was not heard.`));
      };
      ipcMain.on(LINE, hear);
      window.once('closed', () => ipcMain.off(LINE, hear));
      window.webContents.once('render-process-gone', () => ipcMain.off(LINE, hear));
    },
  };
}
