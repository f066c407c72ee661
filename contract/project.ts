import { z } from 'zod';
import { pictureMasks } from './masks.ts';
import { restoreSettings } from './restore-settings.ts';
import { styleSettings } from './style-settings.ts';

/**
 * A project as a file: a zip of `manifest.json` (this), `masks/<sha256>.png` and, where pictures are embedded,
 * `sources/<sha256>`. What was queued or made of it is not in it.
 */
export const PROJECT_EXTENSION = '.gesso';
export const PROJECT_VERSION = 1;

/** Of one project. */
const MOST_SOURCES = 10_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file that a project is about: where it lay, from the root and from the project, and what it held. */
const linked = {
  path: z.string().min(1),
  /** From the project's folder; with it, a folder that was moved or sent opens all the same. */
  beside: z.string().min(1),
  sha256,
  bytes: z.number().int().nonnegative(),
};

const projectSource = z.strictObject({
  ...linked,
  studio: z.enum(['restore', 'style']),
  masks: pictureMasks,
});

/** A picture of the shelf, by the id that layers name it by. */
const projectStyle = z.strictObject({ ...linked, id: z.string().min(1).max(80) });

export const projectManifest = z.strictObject({
  gesso: z.literal(PROJECT_VERSION),
  kind: z.literal('project'),
  /** The version of Gesso that wrote it, for people. */
  writtenBy: z.string().max(40),
  studio: z.enum(['restore', 'style']),
  /** Whether the pictures are inside. */
  embedded: z.boolean(),
  sources: z.array(projectSource).max(MOST_SOURCES),
  styles: z.array(projectStyle).max(200),
  /** The one on the canvas of each studio, by its place in `sources`. */
  selected: z.strictObject({
    restore: z.number().int().nonnegative().optional(),
    style: z.number().int().nonnegative().optional(),
  }),
  restore: restoreSettings,
  style: styleSettings,
});
export type ProjectManifest = z.infer<typeof projectManifest>;

const unhashed = { sha256: true, bytes: true } as const;

/** A project before its pictures were read. */
export const projectDraft = projectManifest.extend({
  sources: z.array(projectSource.omit(unhashed)),
  styles: z.array(projectStyle.omit(unhashed)),
});
export type ProjectDraft = z.infer<typeof projectDraft>;
