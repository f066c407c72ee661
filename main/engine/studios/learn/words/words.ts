import { type Teach, teachLesson } from '../train-lesson.ts';
import { Alphabet, unigramPerplexity } from './alphabet.ts';
import { readLines, splitLines } from './read-lines.ts';
import { lookAt, MEASURED, surpriseOf, wordsLesson, wordsShapeOf } from './words-lesson.ts';

/** Learns how lines go on, from nothing but these; perplexity on lines held out stands beside that of mere frequencies. */
export const learnWords: Teach = async (job, context) => {
  const lines = await readLines(job.files, context.checkpoint);
  const { learnt, held } = splitLines(lines);
  const alphabet = Alphabet.of(learnt);
  const stream = alphabet.streamOf(learnt);
  const away = alphabet.streamOf(held);
  const shape = wordsShapeOf(stream.length, alphabet.size);
  const lesson = wordsLesson(job.step, shape, alphabet.characters, stream, away);
  return teachLesson(job, context, lesson, stream.length - 1, async (trainer) => {
    const measured = away.subarray(0, MEASURED);
    const isMeasured = measured.length > 1;
    return {
      shape: { ...shape, characters: [...alphabet.characters] },
      figures: {
        ...(isMeasured && {
          perplexity: round(Math.exp(await surpriseOf(measured, shape, lookAt(trainer)))),
          unigramPerplexity: round(unigramPerplexity(stream, measured, alphabet.size)),
        }),
        lines: lines.length,
        heldOut: held.length,
      },
      notes: [
        ...(isMeasured
          ? ['Perplexity is per character, on lines that were held out: 1 would be foreseeing all of them.']
          : ['A single line: none could be held out to tell how good it is.']),
        'It knows nothing but this text: what it suggests sounds like it, and need not make sense.',
      ],
    };
  });
};

const round = (value: number) => Math.round(value * 1000) / 1000;
