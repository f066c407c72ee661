import { isSameStyle, MOST_MIXED, type ShelfStyle } from '../../../contract/style-settings.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeLayer, changeLook, getState, lookOf, useStudio } from '../../app/store.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { t } from '../../ui/words.ts';
import { isFavourite, keyOf, nameOf, only, toggled, without } from './shelf.ts';
import { dragOf } from './style-drag.ts';

interface ShelfTileProps {
  from: ShelfStyle;
  image: string | undefined;
  /** It is made a favourite now, or none any more. */
  onStar(): void;
}

/** A style of the shelf with its star, and how to take it off where it is the user's own. */
export function ShelfTile({ from, image, onStar }: ShelfTileProps) {
  const pictures = useStudio((state) => state.stylePictures);
  const isLiked = useStudio(({ taste }) => isFavourite(taste, from));
  const own = 'picture' in from ? pictures.find(({ id }) => id === from.picture) : undefined;
  const name = nameOf(from, pictures);
  return (
    <span className="shelf-tile" data-style={keyOf(from)}>
      <Style from={from} name={name} image={image} />
      <button
        type="button"
        className="shelf-tool shelf-star"
        aria-pressed={isLiked}
        aria-label={t('style.favourite', { name })}
        onClick={() => {
          onStar();
          void attempt(bridge.favourStyle({ from, isFavourite: !isLiked }));
        }}
      >
        <Icon name="star" />
      </button>
      {own && (
        <button
          type="button"
          className="shelf-tool shelf-off"
          aria-label={t('style.takeOff', { name: own.name })}
          onClick={() => takeOff(own.id)}
        >
          <Icon name="stop" />
        </button>
      )}
    </span>
  );
}

/** Pressed, a style stands alone; with Ctrl, Cmd or Shift it is mixed with the others. */
function Style({ from, name, image }: { from: ShelfStyle; name: string; image: string | undefined }) {
  const look = useStudio(({ style }) => lookOf(style));
  const isChosen = look.styles.some((each) => isSameStyle(each.from, from));
  const isFull = !isChosen && look.styles.length >= MOST_MIXED;
  return (
    <Tip text={isFull ? t('style.full', { count: MOST_MIXED }) : name}>
      <button
        type="button"
        className="shelf-style"
        aria-pressed={isChosen}
        aria-label={name}
        {...dragOf(from)}
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
