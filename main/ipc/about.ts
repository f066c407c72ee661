import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

/** As tools/lib/licences.mjs writes them. */
const noticeFile = z.array(
  z.object({
    kind: z.enum(['program', 'library', 'model']),
    name: z.string(),
    version: z.string(),
    licence: z.string(),
    text: z.string().min(1),
  }),
);

type Handled = 'about.get' | 'about.notice' | 'about.chromium';

/** Which versions run, and the licences of everything inside. */
export function aboutHandlers({ options, devices }: Studio): Pick<ChannelHandlers, Handled> {
  let read: Promise<z.infer<typeof noticeFile>> | undefined;
  const notices = async () => {
    read ??= readFile(options.notices, 'utf8').then((text) => noticeFile.parse(JSON.parse(text)));
    return await read;
  };
  // Electron puts it beside its program; a wrapped one may have left it out.
  const chromium = path.join(path.dirname(process.execPath), 'LICENSES.chromium.html');

  return {
    'about.get': async () => {
      const { electron, chrome } = process.versions as Record<string, string | undefined>;
      // Without an engine the rest is still worth showing.
      const { node, ...engine } = await devices.get().then(
        ({ versions }) => versions,
        () => ({}) as Record<string, string>,
      );
      return {
        versions: {
          ...(electron && { Electron: electron }),
          ...(chrome && { Chromium: chrome }),
          ...(node && { 'Node.js': node }),
          ...engine,
        },
        notices: (await notices()).map(({ text: _, ...notice }) => notice),
        hasChromiumNotices: existsSync(chromium),
      };
    },
    'about.notice': async ({ index }) => {
      const found = (await notices())[index];
      if (!found)
        throw new GessoError('usage/invalid', 'There is no such licence.', 'Open “About Gesso” again.');
      return { text: found.text };
    },
    'about.chromium': () => options.desktop.open(chromium),
  };
}
