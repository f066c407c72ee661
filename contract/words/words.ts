import type en from './en.json';

/** The folder is the list: a language is a JSON file in it. Vite fills this in when it bundles. */
declare global {
  interface ImportMeta {
    glob<T>(pattern: string, options: { eager: true; import: 'default' }): Record<string, T>;
  }
}

/** English is the measure: a test holds every other catalogue to its keys and placeholders. */
type Catalogue = typeof en;

type Path<T, Before extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${K}` : Path<T[K], `${Before}${K}.`>;
}[keyof T & string];
type Whole<P> = P extends `${infer Stem}_${Intl.LDMLPluralRule}` ? Stem : P;
type Counted<P> = P extends `${infer Stem}_other` ? Stem : never;

/** The name of a text: its place in the catalogue, "queue.empty"; of a text with plural forms, without the form. */
export type WordKey = Whole<Path<Catalogue>>;
type Values = Readonly<Record<string, string | number>>;
type Given<K> = K extends Counted<Path<Catalogue>> ? [Values & { count: number }] : [Values?];

/** Says a text in the language that is spoken; a key that is not in the catalogue is an error of types. */
export type Translate = <K extends WordKey>(key: K, ...values: Given<K>) => string;

/** By language, "de". */
export const CATALOGUES: Readonly<Record<string, Catalogue>> = Object.fromEntries(
  Object.entries(import.meta.glob<Catalogue>('./*.json', { eager: true, import: 'default' })).map(
    ([file, catalogue]) => [file.slice('./'.length, -'.json'.length), catalogue],
  ),
);

/** What can be chosen, each by its own name. */
export const LANGUAGES: readonly { code: string; name: string }[] = Object.entries(CATALOGUES).map(
  ([code, { language }]) => ({ code, name: language }),
);

export function isLanguage(code: string): boolean {
  return Object.hasOwn(CATALOGUES, code);
}

/** The first of the languages that somebody reads, "de-AT", for which there is a catalogue; else English. */
export function languageFor(read: readonly string[]): string {
  for (const tag of read) {
    const [code = ''] = tag.toLowerCase().split(/[-_]/);
    if (isLanguage(code)) return code;
  }
  return 'en';
}

/** How i18next is set up; the page and main each make an instance of their own. */
export function wordsOptions(language: string) {
  return {
    lng: language,
    fallbackLng: 'en',
    resources: Object.fromEntries(
      Object.entries(CATALOGUES).map(([code, translation]) => [code, { translation }]),
    ),
    initAsync: false,
    // Sentences have colons, and names of files may hold anything; React escapes by itself.
    nsSeparator: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
  } as const;
}
