import { STYLE_NAME_TOKENS } from '../../../contract/style-recipe.ts';
import type { ShelfStyle } from '../../../contract/style-settings.ts';
import { BUILT_IN_PAINTER, DEFAULT_PAINTER } from '../../../contract/tasks.ts';
import { changeStyleOutput, selectedSource, setState, useStudio } from '../../app/store.ts';
import { FolderRow } from '../../inspector/FolderRow.tsx';
import { PictureOutput } from '../../inspector/PictureOutput.tsx';
import { t } from '../../ui/words.ts';
import { shownLayers } from './layers.ts';

/** How painted pictures are stored and called. */
export function OutputSection() {
  const { layers, output, folder } = useStudio((state) => state.style);
  const styles = shownLayers(layers).flatMap(({ look }) => look.styles);
  const pictures = useStudio((state) => state.stylePictures);
  const source = useStudio(selectedSource);
  const stem = (name: string) => name.replace(/\.[^.]+$/, '');
  // As main names them.
  const styleName = (from: ShelfStyle) =>
    'builtIn' in from
      ? `builtin-${from.builtIn}`
      : stem(pictures.find(({ id }) => id === from.picture)?.name ?? '');
  const models = new Set(styles.map(({ from }) => ('builtIn' in from ? BUILT_IN_PAINTER : DEFAULT_PAINTER)));
  const values = {
    name: stem(source?.name ?? t('restore.exampleFile')),
    style: [...new Set(styles.map(({ from }) => styleName(from)))].join('+') || 'builtin-0',
    model: [...models].join('+') || BUILT_IN_PAINTER,
    date: new Intl.DateTimeFormat('sv-SE').format(new Date()),
    index: '1',
  };
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">{t('restore.output')}</h2>
      <PictureOutput
        output={output}
        onChange={changeStyleOutput}
        parts={STYLE_NAME_TOKENS.map((part) => ({
          part,
          label: t(`style.part.${part}`),
          value: values[part],
        }))}
        source={source?.name}
      >
        <FolderRow
          chosen={folder}
          onChange={(chosen) => setState(({ style }) => ({ style: { ...style, folder: chosen } }))}
        />
      </PictureOutput>
    </section>
  );
}
