import path from 'node:path';

/** Where each bundle says which packages went into it; read and removed by the build. */
export const BUNDLED_FILE = 'bundled-packages.json';

/**
 * A plugin of the bundler that writes down the folders of the packages whose code really ended in a bundle.
 *
 * @returns {import('vite').Plugin}
 */
export function recordPackages() {
  return {
    name: 'record-packages',
    generateBundle(_options, bundle) {
      const folders = new Set();
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk')
          for (const module of Object.keys(chunk.modules)) {
            const folder = packageFolder(module);
            if (folder) folders.add(folder);
          }
      this.emitFile({ type: 'asset', fileName: BUNDLED_FILE, source: JSON.stringify([...folders].sort()) });
    },
  };
}

/**
 * The folder of the package that a module belongs to: `.../node_modules/name` or `.../node_modules/@scope/name`.
 *
 * @param {string} module
 */
function packageFolder(module) {
  const clean = module.replace(/^\0/, '').replace(/\?.*$/, '').replaceAll('\\', '/');
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(clean)?.[1];
  return found && path.normalize(found);
}
