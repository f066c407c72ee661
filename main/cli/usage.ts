import type { z } from 'zod';
import { type ErrorCode, expected, GessoError } from '../../contract/errors.ts';
import { MOST_PICTURES } from '../../contract/generate-recipe.ts';
import { LAYERED_FORMATS } from '../../contract/recipe.ts';

/** Parses with a schema; what is wrong is said in one sentence with the field's name. */
export function parseOrExplain<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: ErrorCode,
  hint: string,
): z.output<S> {
  // Options that were not given must be absent, not undefined: the schema's defaults then apply.
  const parsed = schema.safeParse(withoutUndefined(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.filter((part) => typeof part === 'string').at(-1) ?? 'the input';
  throw new GessoError(code, `${String(field)}: ${issue?.message ?? 'invalid'}.`, hint, parsed.error);
}

/** Text that is no number is left as it is: the schema says what was expected. */
export function numberOf(text: string | undefined): string | number | undefined {
  if (text === undefined || text.trim() === '' || Number.isNaN(Number(text))) return text;
  return Number(text);
}

/** `--count`. @throws GessoError usage/invalid */
export function countOf(text: string | undefined): number {
  const count = Number(text ?? 1);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_PICTURES) return count;
  throw new GessoError(
    'usage/invalid',
    expected(`a whole number from 1 to ${MOST_PICTURES}`, '--count', text),
    'See `gesso generate --help`.',
  );
}

/** Without what was not given. */
export function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** `--layered`, where the format that goes with it can hold layers. @throws GessoError usage/invalid */
export function layeredOf({
  format,
  layered,
}: {
  format?: string | undefined;
  layered?: boolean | undefined;
}): boolean | undefined {
  const holds = format === undefined || format === 'same' || LAYERED_FORMATS.some((each) => each === format);
  if (layered && !holds)
    throw new GessoError(
      'usage/invalid',
      `--layered goes with --format ${LAYERED_FORMATS.join(' or ')}, not with ${format}.`,
      'Choose one of those, or leave --layered out.',
    );
  return layered;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .map(([key, v]) => [key, withoutUndefined(v)]),
  );
}
