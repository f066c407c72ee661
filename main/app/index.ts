import path from 'node:path';
import { app, type BrowserWindow, dialog, nativeTheme, protocol, session } from 'electron';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import { makeHandlers } from '../ipc/handlers.ts';
import { openedFrom } from '../ipc/opened.ts';
import { isProjectFile } from '../ipc/projects.ts';
import { Studio } from '../ipc/studio.ts';
import { Words } from '../ipc/words.ts';
import { dataFolder } from '../jobs/data-folder.ts';
import { openLog } from '../jobs/log.ts';
import { removeOldData } from '../jobs/move-data.ts';
import { openWorkshop, version } from '../jobs/workshop.ts';
import { comeBack } from './come-back.ts';
import { electronDesktop } from './desktop.ts';
import { spokenOf, tellChromium } from './language.ts';
import { setMenu } from './menu.ts';
import { findPlaces, picturesOnCommandLine } from './places.ts';
import { answer } from './protocol.ts';
import { lockContents, lockSession } from './security.ts';
import { removeSmokeHome, smoke, smokeHome } from './smoke.ts';
import { windowPort } from './transport.ts';
import { openWindow } from './window.ts';
import { WindowState } from './window-state.ts';

/*
 * The window's composition root. Nothing is awaited at the top level: Electron is ready only after this module.
 */

/** What a second start on the same data folder sends to the first, instead of opening. */
const handedOver = z.object({ pictures: z.array(z.string()) });

const isSmoke = process.argv.includes('--smoke');

// Chromium refuses its sandbox to root (tests in a container); each page asks for it all the same (security.ts).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'gesso', privileges: { standard: true, secure: true, stream: true } },
]);
start().catch(async (thrown) => {
  const { message, hint } = GessoError.from(thrown);
  process.stderr.write(`${message} ${hint}\n`);
  // A data folder that is not there is noticed before Electron can show anything.
  await app.whenReady();
  if (!isSmoke) dialog.showErrorBox(new Words(spokenOf('system')).t('app.failed'), `${message}\n${hint}`);
  app.exit(1);
});

async function start(): Promise<void> {
  const ownFolder = dataFolder();
  const home = isSmoke ? await smokeHome() : ownFolder.root;
  // Chromium's own files, and with them the lock, belong to this data folder: two of them are two studios.
  app.setPath('userData', path.join(home, 'window'));
  const pictures = picturesOnCommandLine(process.argv, process.cwd());
  if (!app.requestSingleInstanceLock({ pictures })) {
    app.quit();
    return;
  }
  const state = new WindowState(home);
  tellChromium(state.language);
  await app.whenReady();

  const places = findPlaces();
  const log = openLog(path.join(home, 'logs'), 'window');
  const onProblem = (problem: unknown) =>
    log(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
  const shipped = places.shipped ?? (isSmoke ? ownFolder.models : undefined);
  if (isSmoke) process.env.GESSO_HOME = home;
  const workshop = openWorkshop({ node: places.node, bundles: places.bundles, ...(shipped && { shipped }) });
  nativeTheme.themeSource = state.theme;
  let window: BrowserWindow | undefined;
  const words = new Words(spokenOf(state.language));
  const showMenu = () =>
    setMenu(
      words.t,
      workshop.settings.values.shortcuts,
      (id) => studio.page?.emit('action.requested', { id }),
      {
        list: studio.recent.list(),
        open: (id) => void openPictures([studio.recent.path(id)]),
        clear: () => studio.recent.clear(),
      },
    );
  const studio = new Studio({
    workshop,
    desktop: electronDesktop({ window: () => window, state, words, showMenu }),
    words,
    version: version(),
    notices: places.notices,
    onProblem,
  });
  const openPictures = (files: readonly string[]) =>
    studio.open(files, 'restore').catch((problem: unknown) => studio.tellProblem(problem));

  lockSession(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  protocol.handle('gesso', (request) =>
    answer(request, {
      page: places.page,
      caches: [
        studio.previews.folder,
        studio.pyramids.folder,
        studio.pieces.preview.folder,
        studio.pieces.live.folder,
        studio.pieces.clips.folder,
      ],
      fileOf: (kind, id) =>
        kind === 'piece'
          ? (studio.pieces.preview.fileOf(id) ??
            studio.pieces.live.fileOf(id) ??
            studio.pieces.clips.fileOf(id))
          : studio.previews.fileOf(kind, id),
      tileOf: (...tile) => studio.pyramids.tile(...tile),
    }),
  );
  showMenu();
  workshop.settings.onChange((now, before) => {
    if (JSON.stringify(now.shortcuts) !== JSON.stringify(before.shortcuts)) showMenu();
  });
  if (!isSmoke) studio.restoreSession();
  await openPictures(pictures);
  // A project says itself what is to be seen.
  const [first] = pictures.some(isProjectFile) ? [] : await openedFrom(pictures.slice(0, 1), 'restore');
  if (first) studio.session.select(first);
  studio.resume();
  window = openWindow(places.preload, state);
  window.webContents.on('input-event', () => studio.courtesy.used());
  process.on('uncaughtException', (thrown) => {
    onProblem(thrown);
    studio.reports.died(`Main died: ${thrown.stack ?? thrown.message}`);
    // What else is wrong now nobody knows; the queue is on the disk, and the next start offers the report.
    app.exit(1);
  });
  const opened = window;
  const connect = () => studio.connect(windowPort(opened, onProblem), makeHandlers(studio));
  connect();
  comeBack(opened, { reconnect: connect, died: (what) => studio.reports.died(what) });
  // The data's new place has opened: what a move left in the old one may go.
  if (!isSmoke) void removeOldData(workshop.folder).catch(onProblem);

  // From the dock, or from the system's list of recent files (macOS).
  app.on('open-file', (event, file) => {
    event.preventDefault();
    void openPictures([file]);
  });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    const given = handedOver.safeParse(data);
    if (given.success) void openPictures(given.data.pictures);
  });
  let isClosing = false;
  const end = async (status: number) => {
    if (isClosing) return;
    isClosing = true;
    // The item in hand goes back into the queue; an engine that does not hear is ended after 2 s.
    await studio.close();
    workshop.close();
    if (isSmoke) removeSmokeHome(home, places.node);
    app.exit(status);
  };
  app.on('window-all-closed', () => void end(0));
  app.on('before-quit', (event) => {
    if (isClosing) return;
    event.preventDefault();
    void end(0);
  });
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(130));
  if (isSmoke) await end(await smoke(studio, window, home));
}
