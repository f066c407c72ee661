import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pngOf } from '../../main/ipc/drawn-picture.ts';

/** Small pictures of one kind: a spot on a ground, each elsewhere and in another colour. */
export function spots(folder: string, count: number): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, at) => {
    const [x0, y0] = [10 + ((at * 7) % 28), 10 + ((at * 11) % 28)];
    const file = path.join(folder, `spot-${String(at).padStart(2, '0')}.png`);
    const picture = pngOf(48, 48, (x, y) =>
      Math.hypot(x - x0, y - y0) < 9 ? [220, 60 + 3 * at, 40] : [30, 40 + y, 120 + 2 * at],
    );
    writeFileSync(file, picture);
    return file;
  });
}
