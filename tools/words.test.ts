import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// What types cannot see: that a text is given the values it asks for, that no text is left over when its last use goes,
// and that nobody writes a word into the interface past the catalogue.

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const files = globSync('{main,renderer}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !file.includes('.test.'),
);

/** A text that is asked for: which keys, one or a pattern of them, and the names of the values; undefined: unknown. */
interface Use {
  where: string;
  keys: RegExp;
  values: string[] | undefined;
}

/** Every call of a function named `t`, and every text that JSX shows without one. */
function look(file: string, text: string): { uses: Use[]; bare: string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const uses: Use[] = [];
  const bare: string[] = [];
  const where = (node: ts.Node) =>
    `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(.*\.)?t$/.test(node.expression.getText())) {
      const [key, values] = node.arguments;
      for (const keys of key ? patterns(key) : [])
        uses.push({ where: where(node), keys, values: namesIn(values) });
    }
    const isShown = ts.isJsxText(node) && /\p{L}{2}/u.test(node.text) && node.text.trim() !== 'Gesso';
    const isSpoken =
      ts.isJsxAttribute(node) &&
      /^(aria-label|aria-valuetext|aria-description|title|placeholder|label|alt|text)$/.test(
        node.name.getText(),
      ) &&
      /"[^"]*\p{L}{2}/u.test(node.initializer?.getText() ?? '');
    if (isShown || isSpoken) bare.push(`${where(node)} ${node.getText().trim()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { uses, bare };
}

function patterns(key: ts.Expression): RegExp[] {
  if (ts.isStringLiteralLike(key)) return [exactly(key.text)];
  if (ts.isConditionalExpression(key)) return [...patterns(key.whenTrue), ...patterns(key.whenFalse)];
  if (ts.isAsExpression(key)) return patterns(key.expression);
  if (!ts.isTemplateExpression(key)) throw new Error(`A key that cannot be read: ${key.getText()}`);
  return [exactly(...[key.head, ...key.templateSpans.map(({ literal }) => literal)].map(({ text }) => text))];
}

/** The parts with anything between them. */
const exactly = (...parts: string[]) =>
  new RegExp(`^${parts.map((part) => part.replaceAll('.', '\\.')).join('.+')}$`);

function namesIn(values: ts.Expression | undefined): string[] | undefined {
  if (!values) return [];
  if (!ts.isObjectLiteralExpression(values)) return undefined;
  return values.properties.map((property) => property.name?.getText() ?? '');
}

/** Every text of a catalogue by its key. */
function textsIn(tree: object, before = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[before + key, value] as [string, string]]
      : textsIn(value, `${before}${key}.`),
  );
}

const english = JSON.parse(read('contract/words/en.json'));
/** The names of the values that a text asks for, by its key without a plural form. */
const asked = new Map<string, Set<string>>();
for (const [key, text] of textsIn(english)) {
  const stem = key.replace(/_(zero|one|two|few|many|other)$/, '');
  const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
  asked.set(stem, new Set([...(asked.get(stem) ?? []), ...(stem === key ? [] : ['count']), ...names]));
}

const found = files.map((file) => look(file, read(file)));
const uses = found.flatMap((each) => each.uses);

it('sees what it looks for', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
  const text = 'const x = <p title="Two words">Bare words {t(a ? `b.${c}.d` : "e.f", { g, h: 1 })}</p>;';
  const { uses: seen, bare } = look('x.tsx', text);
  expect(bare).toEqual(['x.tsx:1 title="Two words"', 'x.tsx:1 Bare words']);
  expect(seen.map(({ keys }) => keys.source)).toEqual(['^b\\..+\\.d$', '^e\\.f$']);
  expect(seen[0]?.values).toEqual(['g', 'h']);
  expect(uses.length).toBeGreaterThan(100);
});

it('the interface shows no word that is not in the catalogue', () => {
  expect(found.flatMap(({ bare }) => bare)).toEqual([]);
});

it('every text of the catalogue is used', () => {
  // The languages' own names are read off the catalogues.
  const unused = [...asked.keys()].filter(
    (key) => key !== 'language' && !uses.some(({ keys }) => keys.test(key)),
  );
  expect(unused).toEqual([]);
});

it('every text is given the values that it asks for', () => {
  for (const { where, keys, values } of uses) {
    if (!values) continue;
    for (const [key, names] of asked)
      if (keys.test(key)) expect(values.toSorted(), `${where} ${key}`).toEqual([...names].toSorted());
  }
});

describe('what models are good for', () => {
  const families = globSync('models/catalogue/*.json', { cwd: root }).map(
    (file) => JSON.parse(read(file)).family,
  );
  const catalogues = globSync('contract/words/*.json', { cwd: root }).filter(
    (file) => !file.endsWith('en.json'),
  );
  it.each(catalogues)('is said for every family in %s', (file) => {
    const { goodFor } = JSON.parse(read(file)).models;
    expect(Object.keys(goodFor).toSorted()).toEqual([...new Set(families)].toSorted());
  });
});
