import { app, type BaseWindow, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../../contract/actions.ts';
import { type ShortcutChanges, shortcutsOf } from '../../contract/shortcuts.ts';
import type { RecentView } from '../../contract/views.ts';
import type { Translate, WordKey } from '../../contract/words/words.ts';

/** Electron's own entries, by the names that the catalogue gives them labels under. */
type Named<K> = K extends `menu.${infer Name}` ? Name : never;
type Role = Named<WordKey> & NonNullable<MenuItemConstructorOptions['role']>;

interface RecentMenu {
  list: readonly RecentView[];
  open(id: string): void;
  clear(): void;
}

const isMac = process.platform === 'darwin';

/**
 * The menu, from the table of actions; Electron's own entries know English only, and get our labels. On macOS the menu
 * hears the keys; elsewhere it shows them and the page hears them, so that a key does one thing once.
 */
export function setMenu(
  t: Translate,
  shortcuts: ShortcutChanges,
  run: (id: ActionId) => void,
  recent: RecentMenu,
): void {
  const keys = shortcutsOf(shortcuts);
  const of = (menu: Action['menu']): MenuItemConstructorOptions[] =>
    ACTION_IDS.filter((id) => ACTIONS[id].menu === menu).map((id) => ({
      label: t(`actions.${id}`),
      ...acceleratorOf(keys.get(id)),
      registerAccelerator: false,
      click: (_item, window) => {
        if (id === 'sources.paste') pasteInto(window);
        else run(id);
      },
    }));
  const entry = (role: Role): MenuItemConstructorOptions => ({ role, label: t(`menu.${role}`) });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      entry('about'),
      line,
      entry('services'),
      line,
      ...(['hide', 'hideOthers', 'unhide'] as const).map(entry),
      line,
      entry('quit'),
    ],
  };
  const recentMenu: MenuItemConstructorOptions = {
    label: t('menu.recent'),
    enabled: recent.list.length > 0,
    submenu: [
      ...recent.list.map(({ id, name, folder }) => ({
        // An ampersand would mark a key.
        label: t('recent.in', { name, folder }).replaceAll('&', '&&'),
        click: () => recent.open(id),
      })),
      line,
      { label: t('recent.clear'), click: () => recent.clear() },
    ],
  };
  const file = of('File');
  const open = file.splice(0, 2);
  const edit = of('Edit');
  const undo = edit.splice(0, 2);
  const paste = edit.shift()!;
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [appMenu] : []),
    {
      label: t('menu.File'),
      submenu: [...open, recentMenu, line, ...file, line, isMac ? entry('close') : entry('quit')],
    },
    {
      label: t('menu.Edit'),
      submenu: [...undo, line, ...(['cut', 'copy'] as const).map(entry), paste, line, ...edit],
    },
    {
      label: t('menu.View'),
      submenu: [
        ...of('View'),
        line,
        entry('togglefullscreen'),
        ...(app.isPackaged ? [] : [entry('toggleDevTools')]),
      ],
    },
    { label: t('menu.Queue'), submenu: of('Queue') },
    {
      role: 'window',
      label: t('menu.Window'),
      submenu: [entry('minimize'), ...(isMac ? [entry('zoom'), entry('front')] : [entry('close')])],
    },
    { role: 'help', label: t('menu.Help'), submenu: of('Help') },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** Keys as Electron takes them; it knows no letters beyond ASCII, and writes plus as a word. */
function acceleratorOf(keys: string | undefined): { accelerator?: string } {
  if (keys === undefined || !/^[ -~]+$/.test(keys)) return {};
  return { accelerator: keys.replace(/(?<=\+)\+$/, 'Plus') };
}

/** Text goes into the field that has the focus; where there is none, the page hears of it and opens pictures. */
function pasteInto(window: BaseWindow | undefined): void {
  if (window instanceof BrowserWindow) window.webContents.paste();
}
