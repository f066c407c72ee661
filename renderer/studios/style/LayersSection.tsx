import { type KeyboardEvent, useEffect, useRef } from 'react';
import { BLEND_MODES, type BlendMode } from '../../../contract/blend.ts';
import type { StyleLayer } from '../../../contract/style-settings.ts';
import { MOST_LAYERS } from '../../../contract/tasks.ts';
import { changeLayer, layerOf, plainLayer, setState, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { ListTool } from '../../inspector/ListTool.tsx';
import { MaskRow } from '../../inspector/MaskRow.tsx';
import { t } from '../../ui/words.ts';
import { Amount } from './Amount.tsx';
import { moved, withLayer, withoutLayer } from './layers.ts';
import { nameOf } from './shelf.ts';

type Change = Parameters<typeof setState>[0] extends never ? never : (style: Stack) => Stack;
type Stack = ReturnType<typeof useStudio.getState>['style'];

function change(made: Change): void {
  setState(({ style }) => ({ style: made(style) }));
}

const newId = () => crypto.randomUUID();

/** The looks that lie over the picture, the highest first; the sections below are those of the one that is chosen. */
export function LayersSection() {
  const style = useStudio((state) => state.style);
  const list = useRef<HTMLOListElement>(null);
  /** Layer to focus once it is drawn. */
  const focus = useRef<string>(undefined);
  useEffect(() => {
    if (focus.current === undefined) return;
    list.current?.querySelector<HTMLElement>(`[data-layer="${focus.current}"] .step-choose`)?.focus();
    focus.current = undefined;
  });
  const { layers } = style;
  const current = layerOf(style);
  const isFull = layers.length >= MOST_LAYERS;
  const move = (id: string, by: number) => {
    focus.current = id;
    change((stack) => moved(stack, id, by));
  };
  const remove = (id: string) =>
    change((stack) => {
      const left = withoutLayer(stack, id);
      focus.current = left.layer;
      return left;
    });
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by !== undefined && event.altKey) move(id, by);
    else if (event.key === 'Delete') remove(id);
    else return;
    // Delete takes pictures off the list elsewhere.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="section" aria-labelledby="layers">
      <h2 id="layers">{t('layers.title')}</h2>
      <ol className="steps" ref={list}>
        {layers.toReversed().map((layer, place) => (
          <LayerRow
            key={layer.id}
            layer={layer}
            isChosen={layer.id === current.id}
            isHighest={place === 0}
            isLowest={place === layers.length - 1}
            onKeyDown={(event) => onKeyDown(event, layer.id)}
            move={(by) => move(layer.id, by)}
            remove={() => remove(layer.id)}
          />
        ))}
        <li className="step layer-picture faint">{t('layers.picture')}</li>
      </ol>
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={isFull}
          onClick={() => change((stack) => withLayer(stack, plainLayer(newId())))}
        >
          {t('layers.add')}
        </button>
        <button
          type="button"
          className="link"
          disabled={isFull}
          onClick={() => change((stack) => withLayer(stack, { ...layerOf(stack), id: newId() }))}
        >
          {t('layers.duplicate')}
        </button>
      </div>
      {layers.length > 1 && <LaidOver layer={current} />}
      <MaskRow layer={current.id} />
    </section>
  );
}

/** What a layer is called: by the user, or after its styles. */
function useLayerName(): (layer: StyleLayer) => string {
  const pictures = useStudio((state) => state.stylePictures);
  return ({ label, look }) =>
    label ?? (look.styles.map(({ from }) => nameOf(from, pictures)).join(' + ') || t('layers.empty'));
}

interface LayerRowProps {
  layer: StyleLayer;
  isChosen: boolean;
  isHighest: boolean;
  isLowest: boolean;
  onKeyDown(event: KeyboardEvent): void;
  move(by: number): void;
  remove(): void;
}

function LayerRow({ layer, isChosen, isHighest, isLowest, onKeyDown, move, remove }: LayerRowProps) {
  const name = useLayerName()(layer);
  const isAlone = isHighest && isLowest;
  return (
    <li className="step" data-layer={layer.id} onKeyDown={onKeyDown}>
      <ListTool
        icon={layer.isShown ? 'eye' : 'eyeOff'}
        label={t('layers.show', { layer: name })}
        isPressed={layer.isShown}
        run={() => changeLayer({ isShown: !layer.isShown }, layer.id)}
      />
      <button
        type="button"
        className="step-choose"
        aria-pressed={isChosen}
        onClick={() => change((stack) => ({ ...stack, layer: layer.id }))}
      >
        <span className="step-name">{name}</span>
        <span className="faint step-facts">{factsOf(layer)}</span>
      </button>
      {!isAlone && (
        <>
          <ListTool icon="up" label={t('layers.up', { layer: name })} isOff={isHighest} run={() => move(1)} />
          <ListTool
            icon="later"
            label={t('layers.down', { layer: name })}
            isOff={isLowest}
            run={() => move(-1)}
          />
          <ListTool icon="stop" label={t('layers.remove', { layer: name })} run={remove} />
        </>
      )}
    </li>
  );
}

/** "Multiply · 50 %" */
function factsOf({ blend, opacity }: StyleLayer): string {
  const percent = Math.round(opacity * 100);
  return [
    ...(blend === 'normal' ? [] : [t(`layers.blend.${blend}`)]),
    ...(percent === 100 ? [] : [t('units.percent', { percent })]),
  ].join(' · ');
}

/** How the chosen layer lies over what is below it. */
function LaidOver({ layer }: { layer: StyleLayer }) {
  const oneStep = useOneStep();
  return (
    <>
      <input
        className="field"
        aria-label={t('layers.name')}
        placeholder={useLayerName()({ ...layer, label: undefined } as StyleLayer)}
        value={layer.label ?? ''}
        maxLength={80}
        {...oneStep}
        onChange={({ target }) => {
          const { label: _, ...unnamed } = layer;
          const named = target.value === '' ? unnamed : { ...unnamed, label: target.value };
          change((stack) => ({
            ...stack,
            layers: stack.layers.map((each) => (each.id === layer.id ? named : each)),
          }));
        }}
      />
      <select
        className="field"
        aria-label={t('layers.blendOf')}
        value={layer.blend}
        onChange={({ target }) => changeLayer({ blend: target.value as BlendMode })}
      >
        {BLEND_MODES.map((blend) => (
          <option key={blend} value={blend}>
            {t(`layers.blend.${blend}`)}
          </option>
        ))}
      </select>
      <Amount
        label={t('layers.opacity')}
        text={t('units.percent', { percent: Math.round(layer.opacity * 100) })}
        value={Math.round(layer.opacity * 100)}
        {...{ min: 0, max: 100, step: 1 }}
        onChange={(value) => changeLayer({ opacity: value / 100 })}
      />
    </>
  );
}
