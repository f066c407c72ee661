import { app, type BrowserWindow, dialog, Notification, nativeTheme, shell } from 'electron';
import { MODEL_ENDINGS } from '../../contract/model-files.ts';
import { PROJECT_EXTENSION } from '../../contract/project.ts';
import type { Desktop } from '../ipc/desktop.ts';
import type { Words } from '../ipc/words.ts';
import { copied, copy } from './clipboard.ts';
import { spokenOf } from './language.ts';
import type { WindowState } from './window-state.ts';

const PICTURES = ['jpg', 'jpeg', 'jpe', 'png', 'tif', 'tiff', 'webp', 'avif', 'gif'];

const CLIPS = [
  'mp4',
  'm4v',
  'mov',
  'mkv',
  'webm',
  'avi',
  'mpg',
  'mpeg',
  'ts',
  'mts',
  'm2ts',
  'wmv',
  'flv',
  '3gp',
  'ogv',
  'mxf',
  'vob',
  'y4m',
];

interface DesktopOptions {
  window(): BrowserWindow | undefined;
  state: WindowState;
  words: Words;
  /** Says the menu anew. */
  showMenu(): void;
}

/** The system's dialogs, file manager, theme and language. */
export function electronDesktop({ window, state, words, showMenu }: DesktopOptions): Desktop {
  const { t } = words;
  const parent = (): [BrowserWindow] | [] => {
    const open = window();
    return open ? [open] : [];
  };
  const ask = (options: Electron.OpenDialogOptions) => {
    const [owner] = parent();
    return owner ? dialog.showOpenDialog(owner, options) : dialog.showOpenDialog(options);
  };
  return {
    async chooseSources(studio, what, from) {
      const isOfClips = studio === 'interpolate';
      const titles = isOfClips
        ? { files: t('desktop.openClips'), folder: t('desktop.openClipFolder') }
        : { files: t('desktop.openFiles'), folder: t('desktop.openFolder') };
      const kinds = isOfClips
        ? [{ name: t('desktop.clips'), extensions: [...CLIPS, ...PICTURES] }]
        : [{ name: t('desktop.pictures'), extensions: PICTURES }];
      const { filePaths } = await ask({
        title: titles[what],
        defaultPath: from ?? app.getPath(isOfClips ? 'videos' : 'pictures'),
        properties: what === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory'],
        filters: what === 'files' ? [...kinds, { name: t('desktop.allFiles'), extensions: ['*'] }] : [],
      });
      return filePaths;
    },
    async chooseFolder(what) {
      const { filePaths } = await ask({
        title: t(`desktop.folderFor.${what}`),
        properties: ['openDirectory', 'createDirectory'],
      });
      return filePaths[0];
    },
    async chooseRecipe() {
      const { filePaths } = await ask({
        title: t('desktop.importPreset'),
        properties: ['openFile'],
        filters: [{ name: t('desktop.recipes'), extensions: ['json'] }],
      });
      return filePaths[0];
    },
    async chooseProject() {
      const { filePaths } = await ask({
        title: t('desktop.openProject'),
        properties: ['openFile'],
        filters: [{ name: t('desktop.projects'), extensions: [PROJECT_EXTENSION.slice(1)] }],
      });
      return filePaths[0];
    },
    async chooseModel() {
      const { filePaths } = await ask({
        title: t('desktop.importModel'),
        properties: ['openFile'],
        filters: [
          { name: t('desktop.models'), extensions: [...MODEL_ENDINGS, 'json'] },
          { name: t('desktop.allFiles'), extensions: ['*'] },
        ],
      });
      return filePaths[0];
    },
    async chooseGenerateFile(what, from) {
      const isPicture = what === 'picture';
      const { filePaths } = await ask({
        title: t(`desktop.choose.${what}`),
        ...(isPicture && { defaultPath: from ?? app.getPath('pictures') }),
        properties: ['openFile'],
        filters: [
          isPicture
            ? { name: t('desktop.pictures'), extensions: PICTURES }
            : { name: t('desktop.weights'), extensions: ['safetensors', 'pt', 'ckpt', 'bin'] },
          { name: t('desktop.allFiles'), extensions: ['*'] },
        ],
      });
      return filePaths[0];
    },
    async chooseBundle(what) {
      const { filePaths } = await ask({
        title: t(`desktop.choose.${what === 'file' ? 'bundleFile' : 'bundleFolder'}`),
        properties: [what === 'file' ? 'openFile' : 'openDirectory'],
        filters:
          what === 'file'
            ? [
                { name: t('desktop.weights'), extensions: ['safetensors', 'ckpt', 'pt', 'pth'] },
                { name: t('desktop.allFiles'), extensions: ['*'] },
              ]
            : [],
      });
      return filePaths[0];
    },
    async chooseToLearn(of, what, from) {
      const kinds =
        of === 'texts'
          ? [{ name: t('desktop.texts'), extensions: ['txt', 'md', 'csv'] }]
          : [{ name: t('desktop.pictures'), extensions: PICTURES }];
      const { filePaths } = await ask({
        title: t(`desktop.learnFrom.${what}`),
        defaultPath: from ?? app.getPath('pictures'),
        properties: what === 'files' ? ['openFile', 'multiSelections'] : ['openDirectory'],
        filters: what === 'files' ? [...kinds, { name: t('desktop.allFiles'), extensions: ['*'] }] : [],
      });
      return filePaths;
    },
    async chooseMask(from) {
      const { filePaths } = await ask({
        title: t('desktop.learnFrom.mask'),
        defaultPath: from ?? app.getPath('pictures'),
        properties: ['openFile'],
        filters: [{ name: t('desktop.pictures'), extensions: PICTURES }],
      });
      return filePaths[0];
    },
    picturesFolder: () => app.getPath('pictures'),
    async chooseTarget(name) {
      const [owner] = parent();
      const options = { title: t('desktop.export'), defaultPath: name };
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
    copied,
    copy,
    recentChanged(opened) {
      // The system's own list, where it has one.
      if (process.platform !== 'linux') {
        if (opened.length === 0) app.clearRecentDocuments();
        for (const file of opened.slice(0, 12)) app.addRecentDocument(file);
      }
      showMenu();
    },
    reveal: (file) => shell.showItemInFolder(file),
    restart() {
      app.relaunch();
      app.quit();
    },
    open: (file) => void shell.openPath(file),
    leaveKeys: (on) => window()?.webContents.setIgnoreMenuShortcuts(on),
    theme: () => state.theme,
    setTheme(theme) {
      state.theme = theme;
      nativeTheme.themeSource = theme;
    },
    textSize: () => state.textSize,
    setTextSize(size) {
      state.textSize = size;
      window()?.webContents.setZoomFactor(size / 100);
    },
    language: () => ({ chosen: state.language, spoken: words.language }),
    setLanguage(language) {
      state.language = language;
      words.speak(spokenOf(language));
      showMenu();
    },
  };
}
