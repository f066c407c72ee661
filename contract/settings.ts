import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { opaqueId } from './opaque-id.ts';
import { runOptions } from './recipe.ts';
import { shortcutChanges } from './shortcuts.ts';
import { errorRecord } from './views.ts';

/** Without the recipe's default: a change that says nothing of the device leaves it as it is. */
const device = runOptions.shape.device.unwrap();

/** What restoring may take of the machine's memory, gigabytes; `auto`: what is free when it begins. */
export const memoryLimit = z.union([z.literal('auto'), z.number().min(1).max(1024)]);

/** How fast a device runs a model, and what it takes to begin. */
export const measuredSpeed = z.object({
  /** Pixels of the source picture in a second, in millions. */
  megapixelsPerSecond: z.number().positive(),
  millisecondsPerTile: z.number().positive(),
  /** Side of the tile that was run, pixels. */
  tile: z.number().int().positive(),
  /** Until the model was ready. */
  loadMilliseconds: z.number().nonnegative(),
});

/** One model on every device there is; a device that failed says why. */
export const comparison = z.object({
  model: modelId,
  modelName: z.string(),
  measuredAt: z.iso.datetime(),
  devices: z.array(
    z.object({
      device: z.string(),
      speed: measuredSpeed.optional(),
      error: errorRecord.optional(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparison>;

const folderView = z.object({ id: opaqueId, name: z.string() });

/** The settings as the page knows them: folders by an id and a name. */
export const settingsView = z.object({
  device,
  memoryLimit,
  /** Where results go that nobody chose a folder for; left out: beside each source. */
  results: folderView.optional(),
  /** Where the dialogs that open pictures begin; left out: where they were last. */
  openFrom: folderView.optional(),
  shortcuts: shortcutChanges,
  comparison: comparison.optional(),
});
export type SettingsView = z.infer<typeof settingsView>;

/** What the page may change; folders by ids of `folder.choose`, null for none. */
export const settingsPatch = z.strictObject({
  device: device.optional(),
  memoryLimit: memoryLimit.optional(),
  results: opaqueId.nullable().optional(),
  openFrom: opaqueId.nullable().optional(),
  shortcuts: shortcutChanges.optional(),
});
