import { BrowserWindow, nativeTheme } from 'electron';
import { lockContents, lockedPreferences, PAGE_ORIGIN } from './security.ts';
import type { WindowState } from './window-state.ts';

/** The background tokens, so that the window never flashes before the page has painted. */
const BACKGROUND = { dark: '#161617', light: '#e9e9eb' };

export function openWindow(preload: string, state: WindowState): BrowserWindow {
  const window = new BrowserWindow({
    ...state.bounds(),
    // On a screen of 1024 x 640 there is room for it beside a task bar; the page folds itself up (renderer/app/narrow.css).
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Gesso',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { ...lockedPreferences(preload), zoomFactor: state.textSize / 100 },
  });
  lockContents(window.webContents);
  window.once('ready-to-show', () => {
    if (state.isMaximized) window.maximize();
    window.show();
  });
  // Chromium keeps a zoom for each host in its own files: what it finds there must not win over window.json.
  window.webContents.on('dom-ready', () => window.webContents.setZoomFactor(state.textSize / 100));
  window.on('close', () => state.remember(window));
  void window.loadURL(`${PAGE_ORIGIN}/index.html`);
  return window;
}
