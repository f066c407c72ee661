import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawnPan, drawnPicture } from './drawn-picture.ts';
import { type Opened, picture } from './opened.ts';

/** Frames of the pan: two seconds at twelve a second. */
const FRAMES = 24;

/** A picture that Gesso draws, to try things with. */
export async function drawPicture(folder: string): Promise<Opened> {
  const file = path.join(folder, 'misty-hills.png');
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.part`, drawnPicture(), { flush: true });
  await rename(`${file}.part`, file);
  return picture(file);
}

/** A film in pictures that Gesso draws. */
export async function drawPan(folder: string): Promise<Opened> {
  const film = path.join(folder, 'misty-hills');
  const temp = `${film}.part`;
  await rm(temp, { recursive: true, force: true });
  await mkdir(temp, { recursive: true });
  let number = 0;
  for (const frame of drawnPan(FRAMES)) {
    number++;
    await writeFile(path.join(temp, `misty-hills_${String(number).padStart(2, '0')}.png`), frame, {
      flush: true,
    });
  }
  await rm(film, { recursive: true, force: true });
  await rename(temp, film);
  return { path: film, studio: 'interpolate' };
}
