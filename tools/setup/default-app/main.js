// A stand-in for Electron's own default_app, which programs built on Electron leave out: it runs
// `electron [-r module] [switches] <app folder | main.js>`. Top-level await makes Electron hold `ready` back until the
// app's main module has been evaluated, as the real one does.
import fs from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const { file, preloads } = read(process.argv.slice(1));
if (!file) {
  console.error('usage: electron [options] <path>');
  process.exit(1);
}
// Playwright drives the main process through a module that it preloads.
if (preloads.length > 0) Module._preloadModules(preloads);
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
await open(path.resolve(file));

function read(argv) {
  const preloads = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i];
    if (argument === '-r' || argument === '--require') preloads.push(argv[++i]);
    else if (argument === '--version' || argument === '-v') answer(`v${process.versions.electron}`);
    else if (argument === '--abi' || argument === '-a') answer(process.versions.modules);
    else if (!argument.startsWith('-')) return { file: argument, preloads };
  }
  return { file: null, preloads };
}

function answer(text) {
  console.log(text);
  process.exit(0);
}

async function open(place) {
  const manifest = path.join(place, 'package.json');
  const isFolder = fs.existsSync(manifest);
  if (isFolder) {
    const { version, productName, name } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (version) app.setVersion(version);
    if (productName || name) app.name = productName || name;
  }
  const main = Module._resolveFilename(place, null, true);
  app.setAppPath(isFolder ? place : path.dirname(main));
  try {
    await import(pathToFileURL(main).toString());
  } catch (error) {
    console.error('The app threw an error while loading.');
    console.error(error.stack ?? error);
    process.exit(1);
  }
}
