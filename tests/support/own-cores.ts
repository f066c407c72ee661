import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { WORKERS } from './workers.ts';

// Set-up of a file of tests: it gets cores of its own, and what it starts inherits them. Engines side by side that all
// took every core would wait for one another's threads at each step.
if (process.platform === 'linux') {
  const cores = allowedCores();
  const each = Math.floor(cores.length / WORKERS);
  const worker = (Number(process.env.VITEST_POOL_ID) - 1) % WORKERS;
  const own = cores.slice(worker * each, (worker + 1) * each);
  if (own.length > 0)
    spawnSync('/usr/bin/taskset', ['--all-tasks', '--cpu-list', '--pid', own.join(), `${process.pid}`]);
}

/** The cores that this process may run on, from proc(5): a container need not have the first ones. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}
