import path from 'node:path';
import { type CatalogueEntry, catalogueEntry, type InstalledRecord } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';

/** What a model file says of itself, as an engine has read it. */
export interface FileInfo {
  readonly format: CatalogueEntry['format'];
  readonly architecture: string;
  readonly task: CatalogueEntry['task'];
  readonly scale: number;
}

export interface ImportWishes {
  /** What people will call it; left out: the file's name. */
  readonly name?: string | undefined;
  /** Left out: unknown. */
  readonly licence?: string | undefined;
  /** Of a network that makes pictures of numbers: what the last of them stand for. */
  readonly conditions?: readonly string[] | undefined;
  /** Makes a quantised network one of floats again. */
  readonly dequantise?: boolean | undefined;
}

/**
 * An entry for a file that the user brought, under an id that is free.
 * @throws GessoError usage/invalid where conditions are named that it cannot have
 */
export function ownEntry(
  file: string,
  info: FileInfo,
  wishes: ImportWishes,
  isTaken: (id: string) => boolean,
): CatalogueEntry {
  if (wishes.conditions && info.task !== 'generate')
    throw new GessoError(
      'usage/invalid',
      `${path.basename(file)} makes no pictures of numbers, so it has no conditions.`,
      'Leave --conditions out.',
    );
  const name = (wishes.name ?? stemOf(file)).trim().slice(0, 80) || 'Model';
  const id = freeId(idOf(name), isTaken);
  return catalogueEntry.parse({
    gesso: 1,
    id,
    name,
    task: info.task,
    scale: info.scale,
    family: id,
    format: info.format,
    character: 'plain',
    goodFor: '',
    authors: '',
    licence: wishes.licence?.trim() || 'unknown',
    ...(wishes.conditions && { conditions: wishes.conditions }),
    sources: [],
  });
}

/** The row of a model that is installed and in no catalogue. */
export function entryOf({
  descriptor,
  imported,
}: Pick<InstalledRecord, 'descriptor' | 'imported'>): CatalogueEntry {
  const { id, name, task, scale, family, character, licence } = descriptor;
  const format = imported?.format ?? 'onnx';
  return catalogueEntry.parse({
    gesso: 1,
    id,
    name,
    task,
    scale,
    family,
    format,
    character,
    goodFor: '',
    authors: '',
    licence,
    sources: [],
  });
}

/** Whether an installed model came from the same file, read in the same way. */
export function isOf(
  { imported, descriptor }: Pick<InstalledRecord, 'imported' | 'descriptor'>,
  sha256: string,
  { dequantise, conditions }: ImportWishes,
): boolean {
  return (
    imported?.sha256 === sha256 &&
    Boolean(imported.dequantised) === Boolean(dequantise) &&
    String(descriptor.latent?.conditions) === String(conditions)
  );
}

/** "4x_Foolhardy Remacri.pth" -> "4x_Foolhardy Remacri"; model.json is named after its folder. */
function stemOf(file: string): string {
  const { dir, base } = path.parse(file);
  const stem = base.replace(/(\.ncnn)?\.(pth|pt|pkl|ckpt|safetensors|onnx|param|json)$/i, '');
  return stem === 'model' ? path.basename(dir) || stem : stem;
}

export function idOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return words.slice(0, 70) || 'model';
}

export function freeId(wanted: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  let number = 2;
  while (isTaken(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
