import { expect, it } from 'vitest';
import type { QueueView } from '../../contract/views.ts';
import { Herald } from './herald.ts';
import { Words } from './words.ts';

function queue(overrides: Partial<QueueView> = {}): QueueView {
  const none = { running: 0, finished: 0, skipped: 0, failed: 0, cancelled: 0, fraction: 0 };
  return { working: true, of: 'pictures', paused: false, total: 3, ...none, ...overrides };
}

function listen(language = 'en') {
  const heard: string[] = [];
  let time = 0;
  const herald = new Herald(
    {
      showProgress: (fraction, isPaused) => heard.push(`bar ${fraction}${isPaused ? ' paused' : ''}`),
      notify: (title, body) => heard.push(`${title}: ${body}`),
    },
    new Words(language).t,
    () => time,
  );
  const at = (seconds: number, view: QueueView) => {
    time = seconds * 1000;
    herald.tell(view);
  };
  return { heard, at };
}

const over = { working: false, finished: 3, fraction: 1 };

it('shows a bar while there is work, once for each hundredth, and takes it away', () => {
  const { heard, at } = listen();
  at(0, queue({ working: false, total: 0 }));
  at(1, queue({ fraction: 0.101 }));
  at(2, queue({ fraction: 0.104 }));
  at(3, queue({ fraction: 0.104, paused: true }));
  at(4, queue(over));
  expect(heard).toEqual(['bar 0.101', 'bar 0.104 paused', 'bar undefined']);
});

it('tells of long work when it ends, once', () => {
  const { heard, at } = listen();
  at(0, queue());
  at(60, queue({ ...over, failed: 1 }));
  at(61, queue({ ...over, failed: 1 }));
  expect(heard.filter((word) => !word.startsWith('bar'))).toEqual([
    'Restored, with failures: 2 pictures are done, 1 failed: the queue says why.',
  ]);
});

it('says nothing of short work, nor of what was cancelled', () => {
  const { heard, at } = listen();
  at(0, queue());
  at(5, queue(over));
  at(10, queue());
  at(90, queue({ ...over, cancelled: 3 }));
  expect(heard.filter((word) => !word.startsWith('bar'))).toEqual([]);
});

it('tells it in the language that is spoken', () => {
  const { heard, at } = listen('de');
  at(0, queue());
  at(60, queue({ ...over, failed: 1 }));
  expect(heard.filter((word) => !word.startsWith('bar'))).toEqual([
    'Restauriert, mit Fehlern: 2 Bilder sind fertig, 1 fehlgeschlagen: Die Warteschlange sagt, warum.',
  ]);
});
