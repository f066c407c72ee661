/** Everything a user can do without pointing at one thing: menu, keys and buttons share this table. */
export interface Action {
  label: string;
  menu: 'File' | 'Edit' | 'View' | 'Queue';
  /** As Electron's accelerators write keys: `CmdOrCtrl+O`, `Left`, `1`. */
  keys?: string;
}

export const ACTIONS = {
  'sources.openFiles': { label: 'Open pictures…', menu: 'File', keys: 'CmdOrCtrl+O' },
  'sources.openFolder': { label: 'Open folder…', menu: 'File', keys: 'CmdOrCtrl+Shift+O' },
  'result.export': { label: 'Export a copy…', menu: 'File', keys: 'CmdOrCtrl+Shift+S' },
  'result.reveal': { label: 'Show the result in its folder', menu: 'File', keys: 'CmdOrCtrl+Shift+R' },
  'sources.removeSelected': { label: 'Take off the list', menu: 'Edit', keys: 'Delete' },
  'sources.clear': { label: 'Clear the list', menu: 'Edit', keys: 'CmdOrCtrl+Shift+Delete' },
  'restore.all': { label: 'Restore', menu: 'Queue', keys: 'CmdOrCtrl+Enter' },
  'restore.selected': { label: 'Restore only this one', menu: 'Queue', keys: 'CmdOrCtrl+Shift+Enter' },
  'queue.cancel': { label: 'Cancel', menu: 'Queue', keys: 'CmdOrCtrl+.' },
  'queue.pause': { label: 'Pause or go on', menu: 'Queue', keys: 'CmdOrCtrl+P' },
  'queue.retry': { label: 'Try failed again', menu: 'Queue', keys: 'CmdOrCtrl+Shift+T' },
  'view.fit': { label: 'Fit', menu: 'View', keys: '0' },
  'view.fill': { label: 'Fill', menu: 'View', keys: 'F' },
  'view.actual': { label: 'Actual pixels', menu: 'View', keys: '1' },
  'view.double': { label: 'Twice the pixels', menu: 'View', keys: '2' },
  'view.zoomIn': { label: 'Zoom in', menu: 'View', keys: '+' },
  'view.zoomOut': { label: 'Zoom out', menu: 'View', keys: '-' },
  'view.split': { label: 'Before and after', menu: 'View', keys: 'S' },
  'view.stack': { label: 'Before above after', menu: 'View', keys: 'V' },
  'view.side': { label: 'Side by side', menu: 'View', keys: 'C' },
  'view.difference': { label: 'Difference', menu: 'View', keys: 'D' },
  'view.gain': { label: 'Brighten the difference', menu: 'View', keys: 'G' },
  'view.lens': { label: 'Lens', menu: 'View', keys: 'L' },
  'view.flicker': { label: 'Switch between before and after', menu: 'View', keys: 'X' },
  'view.preview': { label: 'Preview', menu: 'View', keys: 'P' },
  'view.before': { label: 'Before only', menu: 'View', keys: 'B' },
  'view.after': { label: 'After only', menu: 'View', keys: 'A' },
  'app.palette': { label: 'All commands…', menu: 'View', keys: 'CmdOrCtrl+K' },
  'panel.library': { label: 'Models', menu: 'View', keys: 'CmdOrCtrl+L' },
  'panel.queue': { label: 'Queue', menu: 'View', keys: 'CmdOrCtrl+J' },
  'app.theme': { label: 'Light or dark', menu: 'View', keys: 'CmdOrCtrl+Shift+L' },
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof ACTIONS;
export const ACTION_IDS = Object.keys(ACTIONS) as [ActionId, ...ActionId[]];
