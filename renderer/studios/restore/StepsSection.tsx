import { DropdownMenu } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { RestoreStep } from '../../../contract/recipe.ts';
import { MOST_STEPS, TASKS, type Task } from '../../../contract/tasks.ts';
import { getState, selectedSource, setState, useStudio } from '../../app/store.ts';
import { ListTool } from '../../inspector/ListTool.tsx';
import { floating } from '../../ui/floating.ts';
import { t } from '../../ui/words.ts';
import { installedFamily, modelFor, modelName } from './choose.ts';
import { showInLibrary } from './choose-family.ts';
import {
  type Chain,
  chainOf,
  mainStep,
  scaleOfStep,
  scaleOfSteps,
  withAdded,
  withChain,
  withMoved,
  withRemoved,
} from './steps.ts';

function change(made: (chain: Chain) => Chain): void {
  const { settings, models } = getState();
  setState({ settings: withChain(made(chainOf(settings, models)), settings, models) });
}

/** What happens to a picture, one after the other; the sections below are those of the step that is chosen. */
export function StepsSection() {
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const source = useStudio(selectedSource);
  const list = useRef<HTMLOListElement>(null);
  /** Place to focus once it is drawn. */
  const focus = useRef<number>(undefined);
  const { steps, at } = chainOf(settings, models);
  useEffect(() => {
    if (focus.current === undefined) return;
    list.current?.querySelectorAll<HTMLElement>('.step-choose')[focus.current]?.focus();
    focus.current = undefined;
  });
  const move = (from: number, to: number) => {
    if (to < 0 || to >= steps.length) return;
    focus.current = to;
    change((chain) => withMoved(chain, from, to));
  };
  const remove = (place: number) => {
    if (steps.length === 1) return;
    focus.current = Math.min(place, steps.length - 2);
    change((chain) => withRemoved(chain, place));
  };
  const onKeyDown = (event: KeyboardEvent, place: number) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined && event.altKey) move(place, place + step);
    else if (event.key === 'Delete') remove(place);
    else return;
    // Delete takes pictures off the list elsewhere.
    event.preventDefault();
    event.stopPropagation();
  };
  const times = scaleOfSteps(steps, models);
  return (
    <section className="section" aria-labelledby="steps">
      <h2 id="steps">{t('steps.title')}</h2>
      <ol className="steps" ref={list}>
        {steps.map((step, place) => {
          const name = t('steps.name', { number: place + 1, task: t(`models.task.${step.task}`) });
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no names, and may be there twice
            <li key={place} className="step" onKeyDown={(event) => onKeyDown(event, place)}>
              <button
                type="button"
                className="step-choose"
                aria-pressed={place === at}
                onClick={() => change(({ steps: all }) => ({ steps: all, at: place }))}
              >
                <span className="step-name">{name}</span>
                <span className="faint step-facts">{factsOf(step)}</span>
              </button>
              {steps.length > 1 && (
                <>
                  <ListTool
                    icon="up"
                    label={t('steps.earlier', { step: name })}
                    isOff={place === 0}
                    run={() => move(place, place - 1)}
                  />
                  <ListTool
                    icon="later"
                    label={t('steps.later', { step: name })}
                    isOff={place === steps.length - 1}
                    run={() => move(place, place + 1)}
                  />
                  <ListTool
                    icon="stop"
                    label={t('steps.remove', { step: name })}
                    isOff={false}
                    run={() => remove(place)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ol>
      <div className="row">
        <AddStep
          isFull={steps.length >= MOST_STEPS}
          onAdded={() => {
            focus.current = at + 1;
          }}
        />
        {steps.length > 1 && (
          <span className="faint numbers">{sizeOf(source?.width, source?.height, times)}</span>
        )}
      </div>
    </section>
  );
}

/** "SPAN ×2 · ×3 · 50 %" */
function factsOf(step: RestoreStep): string {
  const { models } = getState();
  const model = models.find(({ id }) => id === step.model);
  const scale = scaleOfStep(step, models);
  const percent = Math.round(step.strength * 100);
  return [
    model ? modelName(model.name) : (step.model ?? t('jobs.defaultModel')),
    ...(model && scale !== model.scale ? [`×${scale}`] : []),
    ...(percent === 100 ? [] : [t('units.percent', { percent })]),
  ].join(' · ');
}

function sizeOf(width: number | undefined, height: number | undefined, times: number): string {
  if (!width || !height) return t('steps.together', { scale: times });
  return t('steps.size', { width: width * times, height: height * times });
}

function AddStep({ isFull, onAdded }: { isFull: boolean; onAdded(): void }) {
  const models = useStudio((state) => state.models);
  const add = (task: Task) => {
    const family = installedFamily(models, task);
    const model = family === undefined ? undefined : modelFor(models, family, 2);
    if (!model?.installed) {
      showInLibrary(task);
      return;
    }
    onAdded();
    change((chain) => withAdded(chain, mainStep(model, 2, 1)));
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button" disabled={isFull}>
        {t('steps.add')}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={floating}>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          // The new step has the focus, or the library.
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {TASKS.map((task) => (
            <DropdownMenu.Item key={task} className="menu-row" onSelect={() => add(task)}>
              {t(`models.task.${task}`)}
              {installedFamily(models, task) === undefined && (
                <span className="faint menu-value">{t('steps.installFirst')}</span>
              )}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
