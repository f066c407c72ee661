import { expect, it } from 'vitest';
import { type Selected, weighWords } from './weigh-words.ts';

/** "a |red| fox" with what is selected between bars, or one bar for the caret. */
function marked(text: string): Selected {
  const [before = '', chosen = '', after] = text.split('|');
  return after === undefined
    ? { text: before + chosen, start: before.length, end: before.length }
    : { text: before + chosen + after, start: before.length, end: before.length + chosen.length };
}

function shown({ text, start, end }: Selected): string {
  const chosen = start === end ? '|' : `|${text.slice(start, end)}|`;
  return text.slice(0, start) + chosen + text.slice(end);
}

const weighed = (text: string, direction: 1 | -1) => shown(weighWords(marked(text), direction));

it('weighs the word at the caret', () => {
  expect(weighed('a re|d fox', 1)).toBe('a (re|d:1.1) fox');
  expect(weighed('a red| fox', -1)).toBe('a (red|:0.9) fox');
  expect(weighed('|red', 1)).toBe('(|red:1.1)');
});

it('weighs what is selected, without the white space around it', () => {
  expect(weighed('a |red fox| in snow', 1)).toBe('a (|red fox|:1.1) in snow');
  expect(weighed('a| red fox |in snow', 1)).toBe('a (|red fox|:1.1) in snow');
});

it('changes a weight that is there, and takes brackets away at 1', () => {
  expect(weighed('a (red fo|x:1.1), snow', 1)).toBe('a (red fo|x:1.2), snow');
  expect(weighed('a (|red fox|:1.1), snow', -1)).toBe('a |red fox|, snow');
  expect(weighed('a |(red fox:1.3)|, snow', -1)).toMatch(/^a \|?\(?\|?red fox/);
  expect(weighed('(deep (blu|e:0.9) sea:1.4)', 1)).toBe('(deep blu|e sea:1.4)');
});

it('keeps within 0 and 3, and leaves brackets that are escaped or have no weight alone', () => {
  expect(weighed('(fo|x:3)', 1)).toBe('(fo|x:3)');
  expect(weighed('(fo|x:0)', -1)).toBe('(fo|x:0)');
  expect(weighed('\\(fo|x\\)', 1)).toBe('\\((fo|x:1.1)\\)');
  expect(weighed('(fo|x)', 1)).toBe('((fo|x:1.1))');
});

it('changes nothing where there is no word', () => {
  expect(weighed('fox, | snow', 1)).toBe('fox, | snow');
  expect(weighed('|', 1)).toBe('|');
});

it('comes back to where it was after as many steps down as up', () => {
  const first = marked('a re|d fox, (snow:1.3)');
  let now = first;
  for (let i = 0; i < 7; i++) now = weighWords(now, 1);
  for (let i = 0; i < 7; i++) now = weighWords(now, -1);
  expect(now).toEqual(first);
});
