import { type DragEvent, useState } from 'react';
import { MOST_MIXED } from '../../../contract/style-settings.ts';
import { BUILT_IN_STYLES } from '../../../contract/tasks.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeLayer, changeLook, getState, lookOf, useStudio } from '../../app/store.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { t } from '../../ui/words.ts';
import { type From, isSame, nameOf, only, surprise, toggled, without } from './shelf.ts';
import { useThumbs } from './thumbs.ts';

const BUILT_IN: readonly From[] = Array.from({ length: BUILT_IN_STYLES }, (_, builtIn) => ({ builtIn }));

/** All styles: the user's own pictures, and those that are built in, on the picture on the canvas. */
export function ShelfSection() {
  const pictures = useStudio((state) => state.stylePictures);
  const thumbs = useThumbs();
  const drop = useStyleDrop();
  return (
    <section className="section" aria-labelledby="shelf" {...drop.handlers}>
      <div className="row section-head">
        <h2 id="shelf">{t('style.shelf')}</h2>
        <button
          type="button"
          className="link"
          onClick={() => changeLook(surprise(lookOf(getState().style), Math.random))}
        >
          {t('style.random')}
        </button>
        <button type="button" className="link" onClick={() => void attempt(bridge.openStyles())}>
          {t('style.add')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className="shelf" role="group" aria-label={t('style.shelf')} data-dropping={drop.isOver}>
        {pictures.map(({ id, name, thumb, error }) => (
          <span key={id} className="shelf-own">
            <Style from={{ picture: id }} image={error ? undefined : thumb} />
            <button
              type="button"
              className="shelf-off"
              aria-label={t('style.takeOff', { name })}
              onClick={() => takeOff(id)}
            >
              <Icon name="stop" />
            </button>
          </span>
        ))}
        {BUILT_IN.map((from, at) => (
          <Style key={JSON.stringify(from)} from={from} image={thumbs[at]} />
        ))}
      </div>
    </section>
  );
}

/** Pressed, a style stands alone; with Ctrl, Cmd or Shift it is mixed with the others. */
function Style({ from, image }: { from: From; image: string | undefined }) {
  const look = useStudio(({ style }) => lookOf(style));
  const pictures = useStudio((state) => state.stylePictures);
  const name = nameOf(from, pictures);
  const isChosen = look.styles.some((each) => isSame(each.from, from));
  const isFull = !isChosen && look.styles.length >= MOST_MIXED;
  return (
    <Tip text={isFull ? t('style.full', { count: MOST_MIXED }) : name}>
      <button
        type="button"
        className="shelf-style"
        aria-pressed={isChosen}
        aria-label={name}
        onClick={({ ctrlKey, metaKey, shiftKey }) => {
          const isMixing = ctrlKey || metaKey || shiftKey || isChosen;
          changeLook(isMixing ? toggled(look, from) : only(look, from));
        }}
      >
        {image === undefined ? (
          <span className="faint">{name}</span>
        ) : (
          <img src={image} alt="" draggable={false} />
        )}
      </button>
    </Tip>
  );
}

function takeOff(id: string): void {
  const { layers } = getState().style;
  for (const layer of layers) changeLayer({ look: without(layer.look, { picture: id }) }, layer.id);
  void attempt(bridge.removeStyle({ id }));
}

/** Pictures that are dropped on the shelf are styles, and not opened. */
function useStyleDrop() {
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      },
      onDragLeave(event: DragEvent) {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      },
      onDrop(event: DragEvent) {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        void attempt(bridge.addStyles([...event.dataTransfer.files]));
      },
    },
  };
}
