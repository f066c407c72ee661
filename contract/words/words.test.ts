import { describe, expect, it } from 'vitest';
import { CATALOGUES, LANGUAGES, languageFor } from './words.ts';

type Tree = { [key: string]: string | Tree };

/** Every text by its key. */
function texts(tree: Tree, before = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[before + key, value] as [string, string]]
      : texts(value, `${before}${key}.`),
  );
}

const FORM = /_(zero|one|two|few|many|other)$/;
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!);
const stem = (key: string) => key.replace(FORM, '');

/** Of a family of models, whose own English text stands in its entry of the models' catalogue. */
const isOfModel = (key: string) => key.startsWith('models.goodFor.');

const english = texts(CATALOGUES.en!);
const counted = new Set(english.filter(([key]) => key.endsWith('_other')).map(([key]) => stem(key)));
/** What a text may be given, by stem: one plural form may leave a value out that another one says. */
const given = new Map<string, Set<string>>();
for (const [key, text] of english)
  given.set(stem(key), new Set([...(given.get(stem(key)) ?? []), ...placeholders(text)]));

it('there is more than one language, and each tells its own name', () => {
  expect(LANGUAGES).toContainEqual({ code: 'en', name: 'English' });
  expect(LANGUAGES).toContainEqual({ code: 'de', name: 'Deutsch' });
});

describe.each(LANGUAGES)('the catalogue of $name', ({ code }) => {
  const own = texts(CATALOGUES[code]!).filter(([key]) => !isOfModel(key));
  const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;

  it('has the keys of English, with the plural forms of its own language', () => {
    const wanted = [...given.keys()].flatMap((key) =>
      counted.has(key) ? forms.map((form) => `${key}_${form}`) : [key],
    );
    expect(own.map(([key]) => key).toSorted()).toEqual(wanted.toSorted());
  });

  it('says something everywhere, without stray spaces', () => {
    expect(own.filter(([, text]) => text === '' || text !== text.trim())).toEqual([]);
  });

  it('has the placeholders of English', () => {
    for (const [key, text] of own) {
      const wanted = [...given.get(stem(key))!];
      const held = new Set(placeholders(text));
      // "one" may be said in words.
      if (key.endsWith('_one')) expect(wanted, key).toEqual(expect.arrayContaining([...held]));
      else expect([...held].toSorted(), key).toEqual(wanted.toSorted());
    }
  });
});

it('speaks the first language of the reader that it knows', () => {
  expect(languageFor(['de-AT', 'en-US'])).toBe('de');
  expect(languageFor(['system', 'constructor', 'DE_CH'])).toBe('de');
  expect(languageFor(['C'])).toBe('en');
  expect(languageFor([])).toBe('en');
});
