import { GessoError } from '../../contract/errors.ts';
import { storageError } from '../../models/library/storage.ts';
import { writeWhole } from '../jobs/write-whole.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

type Handled = 'report.get' | 'report.save' | 'report.read';

/** The report is read in the page and, if the user likes, saved. */
export function reportHandlers({ options, reports }: Studio): Pick<ChannelHandlers, Handled> {
  return {
    'report.get': () => ({ text: reports.text() }),
    'report.read': () => reports.markRead(),
    'report.save': async () => {
      const target = await options.desktop.chooseTarget('gesso-report.txt');
      if (target === undefined) return { saved: false };
      try {
        writeWhole(target, reports.text());
      } catch (cause) {
        throw storageError(cause, target) ?? GessoError.from(cause);
      }
      return { saved: true };
    },
  };
}
