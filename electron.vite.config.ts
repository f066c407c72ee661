import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { recordPackages } from './tools/lib/bundled-packages.mjs';

const root = import.meta.dirname;

/** Packages with native parts stay in node_modules; everything else becomes part of the bundles. */
const NATIVE = /^(onnxruntime-node|onnxruntime-common|sharp|libsql|node-av)(\/|$)/;

// The stand-in that development may run on is Electron 33: Chromium 130 and Node 20.
const NODE = 'node20';
const CHROME = 'chrome130';

/** One bundle an entry of a process: the window's main, the command line, the engine, and the engine's worker thread. */
const MAIN = {
  app: 'main/app/index.ts',
  cli: 'main/cli/index.ts',
  engine: 'main/engine/process.ts',
  sessions: 'main/engine/inference/worker.ts',
};

const inputs = Object.fromEntries(
  Object.entries(MAIN)
    .map(([name, file]) => [name, path.join(root, file)] as const)
    .filter(([, file]) => existsSync(file)),
);
/** What each model of the catalogue makes of a damaged picture, beside the page: the library shows it. */
function samples(): Plugin {
  const folder = path.join(root, 'models/catalogue/samples');
  return {
    name: 'gesso-samples',
    generateBundle() {
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.webp')))
        this.emitFile({
          type: 'asset',
          fileName: `samples/${name}`,
          source: readFileSync(path.join(folder, name)),
        });
    },
  };
}

const preload = path.join(root, 'preload/index.ts');
const page = path.join(root, 'renderer/index.html');

export default defineConfig({
  ...(Object.keys(inputs).length > 0 && {
    main: {
      plugins: [recordPackages()],
      build: {
        target: NODE,
        externalizeDeps: false,
        sourcemap: true,
        rolldownOptions: {
          input: inputs,
          external: NATIVE,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  }),
  ...(existsSync(preload) && {
    preload: {
      plugins: [recordPackages()],
      build: {
        target: NODE,
        // A sandboxed preload is one CommonJS file: it can require nothing but Electron's own few modules.
        externalizeDeps: false,
        rolldownOptions: {
          input: { index: preload },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  }),
  ...(existsSync(page) && {
    renderer: {
      root: path.join(root, 'renderer'),
      plugins: [react(), samples(), recordPackages()],
      build: {
        target: CHROME,
        minify: true,
        sourcemap: true,
        // It comes from the disk.
        chunkSizeWarningLimit: 2000,
        rolldownOptions: { input: page },
      },
    },
  }),
});
