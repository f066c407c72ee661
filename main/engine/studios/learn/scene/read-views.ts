import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../../contract/errors.ts';
import { SAMPLE_SCENE, TRANSFORMS_FILE } from '../../../../../contract/learn-step.ts';
import { probe } from '../../../media/probe.ts';
import { readRawSquare } from '../../../media/raw-picture.ts';
import type { Camera } from './camera.ts';
import { ofMiddleSquare, readCameras, TURNTABLE, turntableCameras } from './read-cameras.ts';
import { drawSample, SAMPLE_VIEWS, sampleCameras } from './sample-scene.ts';
import type { Views } from './views.ts';

/** Fewer views do not tell what is in front of what. */
const LEAST_VIEWS = 6;
/** A frame's path may leave out its extension. */
const EXTENSIONS = ['', '.png', '.jpg', '.jpeg', '.webp'];

/**
 * Reads views of a scene: of the sample (which is drawn), of a transforms.json, or pictures of a turntable in order.
 * @param files absolute; a transforms.json stands for the pictures that it names
 * @throws GessoError input/unsupported for too few, input/unreadable where cameras and pictures do not match
 */
export async function readViews(
  files: readonly string[],
  size: number,
  angle: number | undefined,
  checkpoint: () => void,
): Promise<Views> {
  const [first = ''] = files;
  if (first === SAMPLE_SCENE) {
    const cameras = sampleCameras(SAMPLE_VIEWS);
    const pictures = cameras.map((camera) => drawSample(camera, size));
    return { size, cameras, pictures, notes: [] };
  }
  const listed = files.find((file) => path.extname(file).toLowerCase() === '.json');
  if (listed !== undefined) return readPlaced(listed, size, checkpoint);
  if (files.length < LEAST_VIEWS) throw tooFew(files.length);
  const cameras = turntableCameras(files.length, angle);
  const { pictures, notes } = await readPictures(files, cameras, size, checkpoint);
  const way = (angle ?? 1) < 0 ? 'clockwise' : 'counterclockwise';
  return {
    ...{ size, cameras, pictures },
    notes: [
      ...notes,
      `Taken for a turntable of ${files.length} pictures, ${round(Math.abs(angle ?? 360 / files.length))} degrees apart; the camera, ${TURNTABLE.above} degrees above the level with a field of view of ${TURNTABLE.angle} degrees, goes ${way} about it seen from above. With --angle another step, with a negative one the other way; ${TRANSFORMS_FILE} tells cameras exactly.`,
    ],
  };
}

async function readPlaced(listed: string, size: number, checkpoint: () => void): Promise<Views> {
  const name = path.basename(listed);
  const text = await readFile(listed, 'utf8').catch((cause: unknown) => {
    throw new GessoError('input/unreadable', `${name} cannot be read.`, 'Check that you may open it.', cause);
  });
  const placed = readCameras(text, name);
  if (placed.length < LEAST_VIEWS) throw tooFew(placed.length, name);
  const files: string[] = [];
  for (const { file } of placed) {
    const found = await there(path.resolve(path.dirname(listed), file));
    if (found === undefined)
      throw new GessoError(
        'input/unreadable',
        `${name} has a frame ${file}, but there is no such picture beside it.`,
        `Put all ${placed.length} pictures where ${name} says, or take that frame out of it.`,
      );
    files.push(found);
  }
  const { pictures, notes, cameras } = await readPictures(
    files,
    placed.map(({ camera }) => camera),
    size,
    checkpoint,
    true,
  );
  return { size, cameras, pictures, notes };
}

/** @param isWide the cameras' focal length is that of the whole width, not of the middle square */
async function readPictures(
  files: readonly string[],
  cameras: readonly Camera[],
  size: number,
  checkpoint: () => void,
  isWide = false,
): Promise<Pick<Views, 'pictures' | 'notes' | 'cameras'>> {
  const pictures: Uint8Array[] = [];
  const squares: Camera[] = [];
  const shapes = new Set<string>();
  for (const [at, file] of files.entries()) {
    checkpoint();
    // One that is missing would shift all cameras behind it: unlike elsewhere, none is left out.
    const info = await probe(file);
    shapes.add(`${info.width} x ${info.height}`);
    pictures.push((await readRawSquare(info, size)).data);
    squares.push(isWide ? ofMiddleSquare(cameras[at]!, info) : cameras[at]!);
  }
  const mixed = [...shapes].slice(0, 3).join(', ');
  const notes =
    shapes.size > 1
      ? [
          `The pictures are not of one size (${mixed}): of each the middle square is taken, at ${size} x ${size}.`,
        ]
      : [];
  return { pictures, notes, cameras: squares };
}

async function there(file: string): Promise<string | undefined> {
  for (const extension of EXTENSIONS) {
    const info = await stat(file + extension).catch(() => undefined);
    if (info?.isFile()) return file + extension;
  }
  return undefined;
}

function tooFew(count: number, name?: string): GessoError {
  const found = count === 1 ? 'one view' : `${count} views`;
  return new GessoError(
    'input/unsupported',
    name === undefined
      ? `There is no ${TRANSFORMS_FILE}, and ${count === 1 ? 'one picture' : `${count} pictures`}: a turntable needs at least ${LEAST_VIEWS}.`
      : `${name} has ${found}; at least ${LEAST_VIEWS} are needed.`,
    'Add pictures of the same scene from all round; 24 and more are good.',
  );
}

const round = (value: number) => Math.round(value * 100) / 100;
