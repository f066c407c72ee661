/**
 * Who may import whom (docs/architecture.md). Every rule says what to use instead; there are no exemptions.
 * A test beside the source may also use the test tools and Node's modules.
 */
const TEST = '\\.test\\.tsx?$';
const ROOMS = '^(contract|main|models|preload|renderer)/';
/** node_modules, in the form that a package's resolved path takes. */
const pkg = (/** @type {string[]} */ ...names) => `^node_modules/(${names.join('|')})(/|$)`;
const REACT = pkg(
  'react',
  'react-dom',
  '@types/react',
  '@types/react-dom',
  'radix-ui',
  '@radix-ui',
  'zustand',
);

/**
 * A ban of `to`, with what to do instead as its comment.
 *
 * @param {string} name
 * @param {string} comment
 * @param {Record<string, unknown>} from
 * @param {Record<string, unknown>} to
 */
const ban = (name, comment, from, to) => ({
  name,
  severity: /** @type {const} */ ('error'),
  comment,
  from,
  to,
});

/**
 * A room may import itself, what it is given, and nothing else of the project.
 *
 * @param {string} name
 * @param {string} comment
 * @param {string} path
 * @param {string} allowed
 */
const room = (name, comment, path, allowed) =>
  ban(name, comment, { path }, { path: `${ROOMS.slice(0, -1)}/|^(tests|tools)/`, pathNot: allowed });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ban(
      'no-cycles',
      'Two modules that import each other cannot be understood or tested alone: move what both need down a level.',
      {},
      { circular: true },
    ),
    ban(
      'no-unresolvable',
      'The import leads nowhere: correct the path, or add the package to package.json.',
      { path: `${ROOMS}|^(tests|tools)/` },
      { couldNotResolve: true, pathNot: '^(virtual:|vite/)' },
    ),
    room(
      'contract-alone',
      'contract/ imports no room: what it needs is defined in it.',
      '^contract/',
      '^contract/',
    ),
    ban(
      'contract-only-zod',
      'contract/ is read by every process and by the page: besides zod it uses plain TypeScript.',
      { path: '^contract/', pathNot: TEST },
      { pathNot: `^contract/|${pkg('zod')}` },
    ),
    room(
      'models-room',
      'models/ may use contract/ only: what it needs of a process is given to it as a function.',
      '^models/',
      '^(models|contract)/',
    ),
    room(
      'engine-room',
      'main/engine may use models/ and contract/ only: what main knows, it sends in a message.',
      '^main/engine/',
      '^(main/engine|models|contract)/',
    ),
    room(
      'jobs-room',
      'main/jobs talks to the engine through main/engine/host and protocol, and to models/ through library and catalogue.',
      '^main/jobs/',
      '^(contract/|main/jobs/|main/engine/(host|protocol)|models/(library|catalogue)/)',
    ),
    room(
      'ipc-room',
      'main/ipc handles channels over what it is given: main/jobs, main/engine/host and protocol, models/library and catalogue.',
      '^main/ipc/',
      '^(contract/|main/(ipc|jobs)/|main/engine/(host|protocol)|models/(library|catalogue)/)',
    ),
    room(
      'cli-room',
      'main/cli wires main without windows: what needs the engine goes through main/engine/host, never its inside.',
      '^main/cli/',
      '^(contract/|main/(cli|ipc|jobs)/|main/engine/(host|protocol)|models/(library|catalogue)/)',
    ),
    room(
      'app-room',
      'main/app wires main with windows: what needs the engine goes through main/engine/host, never its inside.',
      '^main/app/',
      '^(contract/|main/(app|ipc|jobs)/|main/engine/(host|protocol)|models/(library|catalogue)/)',
    ),
    room(
      'preload-room',
      'The preload is a bridge: it may know contract/ only, and asks main over a channel.',
      '^preload/',
      '^(preload|contract)/',
    ),
    room(
      'renderer-room',
      'The page may know contract/ only: it asks main through the preload.',
      '^renderer/',
      '^(renderer|contract)/',
    ),
    ban(
      'studios-apart-in-engine',
      'Studios never import each other: what two need moves down to main/engine/media, clips or inference.',
      { path: '^main/engine/studios/([^/]+)/' },
      { path: '^main/engine/studios/[^/]+/', pathNot: '^main/engine/studios/$1/' },
    ),
    ban(
      'studios-apart-in-renderer',
      'Studios never import each other: what two need moves down to renderer/ui or renderer/canvas.',
      { path: '^renderer/studios/([^/]+)/' },
      { path: '^renderer/studios/[^/]+/', pathNot: '^renderer/studios/$1/' },
    ),
    ban(
      'electron-in-app-and-preload',
      'Only main/app and the preload know Electron: pass what you need as a function from main/app.',
      { path: ROOMS, pathNot: '^(main/app|preload)/' },
      { path: pkg('electron') },
    ),
    ban(
      'onnxruntime-in-inference',
      'Only main/engine/inference runs networks: ask it for a session, or take a run function as an argument.',
      { path: ROOMS, pathNot: `^main/engine/inference/|${TEST}` },
      { path: pkg('onnxruntime-node', 'onnxruntime-common') },
    ),
    ban(
      'media-libraries-in-media',
      'Only main/engine/media reads and writes pictures and video: use its functions.',
      { path: ROOMS, pathNot: '^main/engine/media/' },
      { path: pkg('sharp', 'node-av') },
    ),
    ban(
      'sql-in-jobs',
      'All SQL goes through the store in main/jobs: it checks what is bound, because libsql aborts on a bad value.',
      { path: ROOMS, pathNot: '^main/jobs/' },
      { path: pkg('libsql') },
    ),
    ban(
      'no-react-in-canvas',
      'The canvas is imperative Konva: React owns the div around it and mounts it with one hook (renderer/app).',
      { path: '^renderer/canvas/' },
      { path: REACT },
    ),
    ban(
      'no-node-in-page',
      'The page and the contract run where Node does not exist: ask main over a channel of the contract.',
      { path: '^(renderer|contract)/', pathNot: TEST },
      { dependencyTypes: ['core'] },
    ),
    ban(
      'konva-in-canvas',
      'Konva lives in renderer/canvas only: give the canvas a function for what you need.',
      { path: ROOMS, pathNot: '^renderer/canvas/' },
      { path: pkg('konva') },
    ),
    ban(
      'sources-never-import-tests',
      'What a source needs cannot live in a test: move it to a module of its own.',
      { path: ROOMS, pathNot: TEST },
      { path: `^tests/|${TEST}` },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
