/** Everything a user can do without pointing at one thing: menu, keys and buttons share this table. Labels are words: `actions.<id>`. */
export interface Action {
  menu: 'File' | 'Edit' | 'View' | 'Queue' | 'Help';
  /** As Electron's accelerators write keys: `CmdOrCtrl+O`, `Left`, `1`. */
  keys?: string;
  /** While text is typed, these keys and this entry are the field's own. */
  isOfFields?: true;
}

export const ACTIONS = {
  'sources.openFiles': { menu: 'File', keys: 'CmdOrCtrl+O' },
  'sources.openFolder': { menu: 'File', keys: 'CmdOrCtrl+Shift+O' },
  'result.export': { menu: 'File', keys: 'CmdOrCtrl+Shift+S' },
  'result.reveal': { menu: 'File', keys: 'CmdOrCtrl+Shift+R' },
  'panel.settings': { menu: 'File', keys: 'CmdOrCtrl+,' },
  'edit.undo': { menu: 'Edit', keys: 'CmdOrCtrl+Z', isOfFields: true },
  'edit.redo': { menu: 'Edit', keys: 'CmdOrCtrl+Shift+Z', isOfFields: true },
  'sources.paste': { menu: 'Edit', keys: 'CmdOrCtrl+V', isOfFields: true },
  'sources.chooseAll': { menu: 'Edit', keys: 'CmdOrCtrl+A', isOfFields: true },
  'sources.removeSelected': { menu: 'Edit', keys: 'Delete' },
  'sources.clear': { menu: 'Edit', keys: 'CmdOrCtrl+Shift+Delete' },
  'restore.all': { menu: 'Queue', keys: 'CmdOrCtrl+Enter' },
  'restore.selected': { menu: 'Queue', keys: 'CmdOrCtrl+Shift+Enter' },
  'queue.cancel': { menu: 'Queue', keys: 'CmdOrCtrl+.' },
  'queue.pause': { menu: 'Queue', keys: 'CmdOrCtrl+P' },
  'queue.retry': { menu: 'Queue', keys: 'CmdOrCtrl+Shift+T' },
  'queue.clear': { menu: 'Queue' },
  'view.fit': { menu: 'View', keys: '0' },
  'view.fill': { menu: 'View', keys: 'F' },
  'view.actual': { menu: 'View', keys: '1' },
  'view.double': { menu: 'View', keys: '2' },
  'view.zoomIn': { menu: 'View', keys: '+' },
  'view.zoomOut': { menu: 'View', keys: '-' },
  'view.split': { menu: 'View', keys: 'S' },
  'view.stack': { menu: 'View', keys: 'V' },
  'view.side': { menu: 'View', keys: 'C' },
  'view.difference': { menu: 'View', keys: 'D' },
  'view.gain': { menu: 'View', keys: 'G' },
  'view.lens': { menu: 'View', keys: 'L' },
  'view.flicker': { menu: 'View', keys: 'X' },
  'view.preview': { menu: 'View', keys: 'P' },
  'models.compare': { menu: 'View', keys: 'M' },
  'view.before': { menu: 'View', keys: 'B' },
  'view.after': { menu: 'View', keys: 'A' },
  'clip.play': { menu: 'View', keys: 'K' },
  'clip.back': { menu: 'View', keys: ',' },
  'clip.forward': { menu: 'View', keys: '.' },
  'clip.speed': { menu: 'View', keys: 'Q' },
  'clip.cutBefore': { menu: 'View', keys: 'H' },
  'clip.cutAfter': { menu: 'View', keys: 'J' },
  'clip.cut': { menu: 'Edit', keys: 'T' },
  'clip.in': { menu: 'Edit', keys: 'I' },
  'clip.out': { menu: 'Edit', keys: 'O' },
  'clip.whole': { menu: 'Edit', keys: 'R' },
  'clip.flow': { menu: 'View', keys: 'W' },
  'clip.graph': { menu: 'View', keys: 'E' },
  'studio.restore': { menu: 'View', keys: 'CmdOrCtrl+1' },
  'studio.interpolate': { menu: 'View', keys: 'CmdOrCtrl+2' },
  'studio.style': { menu: 'View', keys: 'CmdOrCtrl+3' },
  'app.palette': { menu: 'View', keys: 'CmdOrCtrl+K' },
  'panel.inspector': { menu: 'View', keys: 'CmdOrCtrl+I' },
  'panel.library': { menu: 'View', keys: 'CmdOrCtrl+L' },
  'panel.queue': { menu: 'View', keys: 'CmdOrCtrl+J' },
  'app.theme': { menu: 'View', keys: 'CmdOrCtrl+Shift+L' },
  'app.shortcuts': { menu: 'Help', keys: 'CmdOrCtrl+/' },
  'app.report': { menu: 'Help' },
  'app.about': { menu: 'Help' },
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof ACTIONS;
export const ACTION_IDS = Object.keys(ACTIONS) as [ActionId, ...ActionId[]];
