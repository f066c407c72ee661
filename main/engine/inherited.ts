import { closeSync, readdirSync, readlinkSync } from 'node:fs';

/** stdin, stdout, stderr and the message port to main: what the engine was given on purpose. */
const LAST_OWN_FD = 3;

/**
 * Closes the sockets that this process inherited by accident. Between making a socket pair for a helper of its own and
 * starting that helper, Chromium leaves both ends inheritable, and libuv's fork takes along all that is. An engine
 * started in that moment held the GPU process's end open: when that process died (no GPU, it is then started again in
 * software), the browser never saw its line break, and the page waited for ever, in one start of ten.
 *
 * Linux only: macOS and Windows hand a child nothing but what it is given. To be called before Node opens sockets.
 */
export function closeInheritedSockets(): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd <= LAST_OWN_FD) continue;
    try {
      if (readlinkSync(`/proc/self/fd/${name}`).startsWith('socket:')) closeSync(fd);
    } catch {
      // The descriptor of this very listing is gone again.
    }
  }
}
