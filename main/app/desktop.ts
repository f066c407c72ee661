import { app, type BrowserWindow, dialog, Notification, nativeTheme, shell } from 'electron';
import type { Desktop } from '../ipc/desktop.ts';
import type { WindowState } from './window-state.ts';

const PICTURES = ['jpg', 'jpeg', 'jpe', 'png', 'tif', 'tiff', 'webp', 'avif', 'gif'];

/** The system's dialogs, file manager and theme. */
export function electronDesktop(window: () => BrowserWindow | undefined, state: WindowState): Desktop {
  const parent = (): [BrowserWindow] | [] => {
    const open = window();
    return open ? [open] : [];
  };
  const ask = (options: Electron.OpenDialogOptions) => {
    const [owner] = parent();
    return owner ? dialog.showOpenDialog(owner, options) : dialog.showOpenDialog(options);
  };
  return {
    async choosePictures(what, from) {
      const { filePaths } = await ask({
        title: what === 'files' ? 'Open pictures' : 'Open a folder of pictures',
        defaultPath: from ?? app.getPath('pictures'),
        properties: what === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory'],
        filters:
          what === 'files'
            ? [
                { name: 'Pictures', extensions: PICTURES },
                { name: 'All files', extensions: ['*'] },
              ]
            : [],
      });
      return filePaths;
    },
    async chooseFolder() {
      const { filePaths } = await ask({
        title: 'Folder for the results',
        properties: ['openDirectory', 'createDirectory'],
      });
      return filePaths[0];
    },
    async chooseTarget(name) {
      const [owner] = parent();
      const options = { title: 'Export a copy', defaultPath: name };
      const { canceled, filePath } = await (owner
        ? dialog.showSaveDialog(owner, options)
        : dialog.showSaveDialog(options));
      return canceled || !filePath ? undefined : filePath;
    },
    showProgress(fraction, isPaused) {
      window()?.setProgressBar(fraction ?? -1, { mode: isPaused ? 'paused' : 'normal' });
    },
    notify(title, body) {
      const open = window();
      if (!open || open.isFocused() || !Notification.isSupported()) return;
      const notice = new Notification({ title, body });
      notice.on('click', () => {
        if (open.isDestroyed()) return;
        open.show();
        open.focus();
      });
      notice.show();
    },
    reveal: (file) => shell.showItemInFolder(file),
    theme: () => state.theme,
    setTheme(theme) {
      state.theme = theme;
      nativeTheme.themeSource = theme;
    },
  };
}
