import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { JobStore } from '../../main/jobs/store.ts';
import { gesso, homeWithModels, ROOT, scratch, start } from './support/gesso.ts';
import { drawn, motif } from './support/pictures.ts';

let platform: string;
let old: string;
let target: string;
/** The environment of a user who has set nothing: the data lies where the platform has it. */
let env: NodeJS.ProcessEnv;
const run = (...args: string[]) => gesso([...args, '--json'], { home: platform, env });

beforeEach(async () => {
  platform = scratch('gesso-platform');
  old = path.join(platform, 'gesso');
  target = path.join(scratch('gesso-target'), 'data');
  env = { GESSO_HOME: undefined, XDG_DATA_HOME: platform };
  cpSync(await homeWithModels(), old, { recursive: true });
  // A picture of the data folder itself, as the window's sample is, and what became of it.
  mkdirSync(path.join(old, 'sample'));
  await drawn(40, 30, 3, motif).png().toFile(path.join(old, 'sample/hills.png'));
  const { code } = await run('restore', path.join(old, 'sample/hills.png'));
  expect(code).toBe(0);
});

/** The queue and the models are there, whole, below `root`. */
async function expectWhole(root: string): Promise<void> {
  const shown = await run('jobs', 'show', '1');
  expect(shown.stderr).toBe('');
  const [, item] = shown.events;
  expect(item).toMatchObject({
    status: 'done',
    input: path.join(root, 'sample/hills.png'),
    output: path.join(root, 'sample/hills_span-x2.png'),
  });
  expect(existsSync(String(item?.output))).toBe(true);
  const { code, stdout } = await run('models', 'verify');
  expect([code, stdout.split('\n').length]).toEqual([0, 3]);
}

/** Every file below a folder with its size, but for what each start writes. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/queue\.sqlite|\.log$/.test(entry.name))
    .map(
      ({ parentPath, name }) =>
        `${path.join(parentPath, name)} ${readFileSync(path.join(parentPath, name)).length}`,
    )
    .sort();
}

const pointer = () => path.join(old, 'location.json');

describe('the data', () => {
  it('moves with its queue, its models and the paths of its own pictures; the old copy goes at the next start', async () => {
    writeFileSync(
      path.join(old, 'session.json'),
      JSON.stringify({ sources: [path.join(old, 'sample/hills.png')] }),
    );
    writeFileSync(path.join(old, 'my own notes.txt'), 'mine');
    const moved = await run('data', 'move', target);
    expect(moved.events).toEqual([{ event: 'moved', from: old, folder: target }]);
    // Nothing is taken away before the new place has opened.
    expect(existsSync(path.join(old, 'queue.sqlite'))).toBe(true);
    await expectWhole(target);
    const session = JSON.parse(readFileSync(path.join(target, 'session.json'), 'utf8'));
    expect(session.sources).toEqual([path.join(target, 'sample/hills.png')]);
    expect(readdirSync(old).sort()).toEqual(['location.json', 'my own notes.txt']);
    expect(existsSync(path.join(target, 'moving.json'))).toBe(false);

    // And back again, to where nothing has to be said of it.
    const home = path.join(scratch(), 'elsewhere');
    await run('data', 'move', home);
    await expectWhole(home);
    expect(existsSync(target)).toBe(false);
    renameSync(path.join(old, 'my own notes.txt'), path.join(platform, 'notes.txt'));
    await run('data', 'move', old);
    await expectWhole(old);
    expect(existsSync(pointer())).toBe(false);
  });

  it('is whole and in use after a kill at any moment of a move, which then succeeds', async () => {
    // Large enough that every moment lasts.
    writeFileSync(path.join(old, 'sample/large.bin'), Buffer.alloc(60e6, 'large'));
    const before = filesOf(old);
    let killed = 0;
    for (const at of ['0', '20', '50', '70', '90', '100']) {
      const moving = start(['data', 'move', target], { home: platform, env });
      await moving.saw(`: ${at} %`);
      moving.child.kill('SIGKILL');
      await moving.done;
      // Past the renaming of one file the new place counts; before, the old one is as it was.
      if (existsSync(pointer())) {
        await expectWhole(target);
        return;
      }
      killed++;
      expect(filesOf(old)).toEqual(before);
      await expectWhole(old);
    }
    expect(killed).toBeGreaterThan(3);
    // What the killed ones left in the folder does not stand in the way.
    expect((await run('data', 'move', target)).code).toBe(0);
    await expectWhole(target);
  });

  it('stays when a move is cancelled, and leaves the target as empty as it was', async () => {
    writeFileSync(path.join(old, 'sample/large.bin'), Buffer.alloc(60e6, 'large'));
    const before = filesOf(old);
    const moving = start(['data', 'move', target], { home: platform, env });
    await moving.saw(': 10 %');
    moving.child.kill('SIGINT');
    expect((await moving.done).code).toBe(130);
    expect(filesOf(old)).toEqual(before);
    expect(readdirSync(target)).toEqual([]);
    await expectWhole(old);
  });

  it('is never begun anew where it should be but is not', async () => {
    await run('data', 'move', target);
    await expectWhole(target);
    renameSync(target, `${target}.away`);
    const lost = await run('jobs', 'list');
    expect(lost.code).toBe(1);
    expect(lost.stderr).toContain(`moved to ${target}, where it is not now`);
    expect(existsSync(target)).toBe(false);
    renameSync(`${target}.away`, target);
    await expectWhole(target);
    writeFileSync(pointer(), '{');
    expect((await run('jobs', 'list')).stderr).toContain('cannot be read');
  });
});

describe('a move is refused, and nothing is changed', () => {
  const refused = async (to: string, why: RegExp, more: NodeJS.ProcessEnv = {}) => {
    const { code, stderr } = await gesso(['data', 'move', to], { home: platform, env: { ...env, ...more } });
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(why)]);
    expect(existsSync(pointer())).toBe(false);
    await expectWhole(old);
  };

  it('into a folder that is not empty, that lies inside, or that it lies in already', async () => {
    mkdirSync(target);
    writeFileSync(path.join(target, 'mine.txt'), 'mine');
    await refused(target, /is not empty/);
    expect(readdirSync(target)).toEqual(['mine.txt']);
    await refused(path.join(old, 'models/here'), /lies inside the data folder/);
    await refused(old, /is there already/);
    await refused(platform, /is not empty/);
  });

  it('where GESSO_HOME names the folder', async () => {
    await refused(target, /GESSO_HOME names the data folder/, { GESSO_HOME: old });
  });

  it('while there is work in the queue, or somebody else has it open', async () => {
    const queue = path.join(old, 'queue.sqlite');
    // In a process of its own, which lets go of the file when it ends.
    const status = (now: string) => {
      const script = `const Sql = require('libsql'); new Sql(${JSON.stringify(queue)}).exec("UPDATE items SET status = '${now}'")`;
      execFileSync(process.execPath, ['-e', script], { cwd: ROOT });
    };
    status('queued');
    const { stderr } = await run('data', 'move', target);
    expect(stderr).toContain('There is work in the queue.');
    expect(existsSync(target) && readdirSync(target)).toEqual([]);
    status('done');
    const store = new JobStore(queue);
    try {
      await refused(target, /Another Gesso has the queue open/);
    } finally {
      store.close();
    }
  });

  it('into a place without room or without the right to write', async (test) => {
    const disk = scratch();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return test.skip('needs the right to mount a small file system');
    }
    try {
      await refused(disk, /MB free, and \d+ MB are needed/);
      execFileSync('mount', ['-o', 'remount,ro,size=200m', disk]);
      await refused(disk, /may not write into/);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
