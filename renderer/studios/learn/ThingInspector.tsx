import { type FormEvent, useRef, useState } from 'react';
import { OF_KINDS, WANTED_BY } from '../../../contract/learn-kinds.ts';
import type { LearnUse } from '../../../contract/learn-use.ts';
import type { LearntView } from '../../../contract/learn-views.ts';
import { setState, useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { NameForm } from '../../ui/NameForm.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { duration, grouped, megabytes, significant, t } from '../../ui/words.ts';
import { ask, rename } from './learn.ts';
import { RemoveQuestion } from './RemoveQuestion.tsx';
import { ResultsFolder } from './ResultsFolder.tsx';

/** Of a clip that goes once around. */
const CLIP_SECONDS = 4;

/** Something learnt: what it is, and what can be done with it. */
export function ThingInspector({ thing }: { thing: LearntView }) {
  const isRemoving = useStudio((state) => state.isRemoving);
  const { uses } = OF_KINDS[thing.kind];
  return (
    <>
      <div className="inspector">
        <ThingCard thing={thing} />
        <section className="section" aria-labelledby="learn-uses">
          <h2 id="learn-uses">{t('learn.usesTitle')}</h2>
          <ul className="learn-uses">
            {uses.map((use) => (
              <li key={use}>
                <UseOf thing={thing} use={use} />
              </li>
            ))}
          </ul>
          {thing.latent !== undefined && (
            <>
              <ActionButton action="learn.pad">{t('learn.pad')}</ActionButton>
              <p className="faint note">{t('learn.padHint')}</p>
            </>
          )}
        </section>
        {uses.some((use) => WANTED_BY[use] !== 'text') && <ResultsFolder usual={t('generate.usualFolder')} />}
      </div>
      <div className="foot">
        {isRemoving && <RemoveQuestion words={t('learn.removeAsk', { name: thing.name })} />}
        <div className="row buttons">
          <ActionButton action="learn.goOn">{t('learn.goOnWith')}</ActionButton>
          <ActionButton action="sources.removeSelected">{t('learn.removeIt')}</ActionButton>
        </div>
        <div className="row buttons">
          <ActionButton action="learn.new">{t('actions.learn.new')}</ActionButton>
        </div>
      </div>
    </>
  );
}

/** From what it was learnt, and what came of it. */
function ThingCard({ thing }: { thing: LearntView }) {
  const { name, kind, learnt, parameters, bytes, size } = thing;
  const isRenaming = useStudio((state) => state.isRenaming);
  const head = useRef<HTMLDivElement>(null);
  const close = () => {
    setState({ isRenaming: false });
    // Its button is there again a frame later.
    requestAnimationFrame(() => head.current?.querySelector('button')?.focus());
  };
  const { from, examples, steps, seconds, seed, figures, notes } = learnt;
  const of = OF_KINDS[kind].of;
  const facts: [string, string][] = [
    [t('learn.card.from'), from.join(', ')],
    [t('learn.card.examples'), t(`learn.found.${of === 'texts' ? 'characters' : of}`, { count: examples })],
    ...(size === undefined ? [] : [[t('learn.size'), `${size} px`] as [string, string]]),
    [t('learn.card.steps'), grouped(steps)],
    [t('learn.card.time'), duration(1000 * seconds)],
    [t('generate.seed'), `${seed}`],
    [t('learn.card.parameters'), grouped(parameters)],
    [t('learn.card.bytes'), megabytes(bytes)],
    ...Object.entries(figures).map(([figure, value]): [string, string] => [
      figureWords(figure),
      significant(value),
    ]),
  ];
  return (
    <section className="section" aria-label={name}>
      <div ref={head} className="row">
        <h2>{t(`learn.kinds.${kind}.name`)}</h2>
        {!isRenaming && (
          <ActionButton action="learn.rename" className="link">
            {t('learn.rename')}
          </ActionButton>
        )}
      </div>
      {isRenaming && (
        <NameForm
          label={t('learn.name')}
          name={name}
          onKeep={(typed) => void rename(thing, typed).then((isDone) => isDone && close())}
          onCancel={close}
        />
      )}
      <dl className="learn-card">
        {facts.map(([what, value]) => (
          <div key={what}>
            <dt className="faint">{what}</dt>
            <dd className="numbers">{value}</dd>
          </div>
        ))}
      </dl>
      {notes.map((note) => (
        <p key={note} className="faint note" lang="en">
          {note}
        </p>
      ))}
    </section>
  );
}

const FIGURES = [
  ...(['decibel', 'nearestDecibel', 'views', 'heldOut', 'spread'] as const),
  ...(['coverage', 'perplexity', 'unigramPerplexity', 'lines'] as const),
];

/** What a measure is called; of one that is named after how much noise there was, how much. */
function figureWords(figure: string): string {
  const level = /^(?:heldOut|learnt)(\d+)$/.exec(figure)?.[1];
  if (level !== undefined) return t('learn.atNoise', { level });
  const known = FIGURES.find((each) => each === figure);
  return known ? t(`learn.figures.${known}`) : figure;
}

interface UseProps {
  thing: LearntView;
  use: LearnUse;
}

function UseOf({ thing, use }: UseProps) {
  switch (WANTED_BY[use]) {
    case 'text':
      return <TextUse thing={thing} use={use} />;
    case 'count':
      return <CountUse thing={thing} use={use} />;
    default:
      return (
        <div className="learn-use">
          <UseButton thing={thing} use={use} />
          {use === 'orbit' && (
            <button
              type="button"
              className="button"
              onClick={() => void ask(thing, use, { seconds: CLIP_SECONDS })}
            >
              {t('learn.asClip')}
            </button>
          )}
        </div>
      );
  }
}

/** So many of a seed. */
function CountUse({ thing, use }: UseProps) {
  const [count, setCount] = useState(16);
  const [seed, setSeed] = useState(0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask(thing, use, { count, seed });
  };
  return (
    <form className="learn-text" onSubmit={submit}>
      <div className="row fields">
        <label className="named-field">
          <span className="dim">{t('learn.howMany')}</span>
          <input
            className="field numbers"
            type="number"
            min={1}
            max={64}
            required
            value={Number.isNaN(count) ? '' : count}
            onChange={({ target }) => setCount(target.valueAsNumber)}
          />
        </label>
        <label className="named-field">
          <span className="dim">{t('generate.seed')}</span>
          <input
            className="field numbers"
            type="number"
            min={0}
            max={2 ** 32 - 1}
            required
            value={Number.isNaN(seed) ? '' : seed}
            onChange={({ target }) => setSeed(target.valueAsNumber)}
          />
        </label>
      </div>
      <button type="submit" className="button">
        {t(`learn.uses.${use}.name`)}
      </button>
    </form>
  );
}

function UseButton({ thing, use }: UseProps) {
  return (
    <Tip text={t(`learn.uses.${use}.what`)}>
      <button type="button" className="button" onClick={() => void ask(thing, use)}>
        {t(`learn.uses.${use}.name`)}
        {WANTED_BY[use] !== 'nothing' && '…'}
      </button>
    </Tip>
  );
}

/** A text that goes on, or is looked at. */
function TextUse({ thing, use }: UseProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask(thing, use, { text, count: 8 });
  };
  return (
    <form className="learn-text" onSubmit={submit}>
      <label className="named-field">
        <span className="dim">{t(`learn.uses.${use}.what`)}</span>
        <textarea
          className="field"
          rows={2}
          value={text}
          maxLength={20_000}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <button type="submit" className="button">
        {t(`learn.uses.${use}.name`)}
      </button>
    </form>
  );
}
