import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/** The Node that the package carries for the engine; null where npm has none for this platform. */
export function carriedNode() {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const binary = path.join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  return existsSync(binary) ? binary : null;
}

/** The Node that tests run on: what ships is what is tested; else the one we run on. */
export function testNode() {
  return carriedNode() ?? process.execPath;
}

/** An npm-installed program's own script, to be run with a Node of our choice. */
export function script(/** @type {string} */ file) {
  return path.join(root, 'node_modules', file);
}
