import { BrowserWindow, nativeTheme } from 'electron';
import { lockContents, lockedPreferences, PAGE_ORIGIN } from './security.ts';
import type { WindowState } from './window-state.ts';

/** The background tokens, so that the window never flashes before the page has painted. */
const BACKGROUND = { dark: '#161617', light: '#e9e9eb' };

export function openWindow(preload: string, state: WindowState): BrowserWindow {
  const window = new BrowserWindow({
    ...state.bounds(),
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Gesso',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: lockedPreferences(preload),
  });
  lockContents(window.webContents);
  window.once('ready-to-show', () => {
    if (state.isMaximized) window.maximize();
    window.show();
  });
  window.on('close', () => state.remember(window));
  void window.loadURL(`${PAGE_ORIGIN}/index.html`);
  return window;
}
