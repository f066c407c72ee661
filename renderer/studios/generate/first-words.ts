/** Words of a prompt that go into a file's name. */
const NAMED_WORDS = 48;

/** What main calls a picture after its prompt, about: it has the last word. */
export function firstWords(prompt: string): string {
  const words = prompt
    .normalize('NFC')
    .replace(/:\d+(\.\d+)?(?=\))/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const cut = words.length <= NAMED_WORDS ? words : words.slice(0, NAMED_WORDS).replace(/ \S*$/, '');
  return cut.replaceAll(' ', '-') || 'picture';
}
