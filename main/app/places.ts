import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { GessoError } from '../../contract/errors.ts';

export interface Places {
  /** The Node that runs engines; never Electron. */
  node: string;
  /** The folder of engine.js and sessions.js: outside the archive, which a plain Node cannot read. */
  bundles: string;
  /** Models that came with the program. */
  shipped: string | undefined;
  preload: string;
  page: string;
  /** The licences of everything inside. */
  notices: string;
}

/** Where things lie: in a package beside the archive, in development in the working copy. */
export function findPlaces(): Places {
  const here = import.meta.dirname;
  const common = {
    preload: path.join(here, '../preload/index.cjs'),
    page: path.join(here, '../renderer'),
    notices: path.join(here, 'licences.json'),
  };
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  if (app.isPackaged) {
    const resources = process.resourcesPath;
    return {
      ...common,
      node: path.join(resources, 'node', name),
      bundles: path.join(resources, 'app.asar.unpacked/out/main'),
      shipped: path.join(resources, 'models'),
    };
  }
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const carried = path.join(here, `../../node_modules/node-${platform}-${process.arch}/bin`, name);
  const node = [process.env.GESSO_NODE, carried, process.env.npm_node_execpath].find(
    (file) => file !== undefined && existsSync(file),
  );
  if (node === undefined)
    throw new GessoError(
      'engine/crashed',
      'There is no Node for the engine.',
      'Start with `npm start`, or set GESSO_NODE to a Node program.',
    );
  return { ...common, node, bundles: here, shipped: undefined };
}

/** Picture files on the command line; what is left of Electron's own words is dropped. */
export function picturesOnCommandLine(argv: readonly string[], cwd: string): string[] {
  // `electron <app> <files>` in development, `gesso <files>` from a package.
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  const files = app.isPackaged ? words : words.slice(1);
  return files.map((file) => path.resolve(cwd, file));
}
