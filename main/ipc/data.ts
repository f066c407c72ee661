import type { ChannelHandlers } from './serve.ts';
import type { Studio } from './studio.ts';

type Handled = 'data.get' | 'data.reveal' | 'data.move' | 'app.restart';

export function dataHandlers(studio: Studio): Pick<ChannelHandlers, Handled> {
  const { data, folders, options } = studio;
  return {
    'data.get': () => data.view(),
    'data.reveal': () => options.desktop.reveal(options.workshop.folder.queue),
    'data.move': ({ folder }, signal) =>
      data.move(folders.key(folder), signal, (fraction) => studio.page?.emit('data.moving', { fraction })),
    'app.restart': () => options.desktop.restart(),
  };
}
