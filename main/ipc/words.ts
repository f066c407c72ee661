import { createInstance } from 'i18next';
import { type Translate, wordsOptions } from '../../contract/words/words.ts';

function translator(language: string): Translate {
  const instance = createInstance();
  void instance.init(wordsOptions(language));
  return instance.t as Translate;
}

/** Main's own words, for menus, dialogs and notices, in the language that is spoken now. */
export class Words {
  #language: string;
  #translate: Translate;

  constructor(language: string) {
    this.#language = language;
    this.#translate = translator(language);
  }

  readonly t: Translate = (key, ...values) => this.#translate(key, ...values);

  get language(): string {
    return this.#language;
  }

  speak(language: string): void {
    this.#language = language;
    this.#translate = translator(language);
  }
}
