import './jitless.ts';
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { ToMain } from '../contract/channels.ts';
import { GessoError } from '../contract/errors.ts';
import { makeBridge } from './bridge.ts';
import { makeClient } from './client.ts';

const LINE = 'gesso';

const client = makeClient({
  send: (message: ToMain) => ipcRenderer.send(LINE, message),
  onMessage: (listener) => ipcRenderer.on(LINE, (_event, message) => listener(message)),
});

/** The path of a real dropped File; one that a script made has none. */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) throw new GessoError('usage/invalid', 'This is not a file.', 'Drop files.');
  return webUtils.getPathForFile(file);
}

contextBridge.exposeInMainWorld('gesso', makeBridge(client, pathOf));
