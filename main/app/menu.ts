import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../../contract/actions.ts';

const isMac = process.platform === 'darwin';

/**
 * The menu, from the table of actions. On macOS the menu hears the keys; elsewhere it shows them and the page hears
 * them, so that a key does one thing once.
 */
export function setMenu(run: (id: ActionId) => void): void {
  const of = (menu: Action['menu']): MenuItemConstructorOptions[] =>
    ACTION_IDS.filter((id) => ACTIONS[id].menu === menu).map((id) => ({
      label: ACTIONS[id].label,
      accelerator: ACTIONS[id].keys,
      registerAccelerator: false,
      click: () => run(id),
    }));
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [...of('File'), { type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit' }],
    },
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        { type: 'separator' },
        ...of('Edit'),
      ],
    },
    {
      label: 'View',
      submenu: [
        ...of('View'),
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { label: 'Queue', submenu: of('Queue') },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
