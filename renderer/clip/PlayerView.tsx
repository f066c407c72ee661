import { type KeyboardEvent, useEffect, useRef } from 'react';
import { actionWith, keysOf } from '../../contract/shortcuts.ts';
import { getState, useStudio } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { WhatHappened } from '../ui/Why.tsx';
import { t } from '../ui/words.ts';
import { useClip } from './clip-store.ts';
import { controls } from './controls.ts';
import { lookAgain } from './follow-clip.ts';
import { Player } from './player.ts';

/** The one hook between React and the player: it owns the div, the player does everything in it. */
function usePlayer() {
  const area = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!area.current) return;
    const player = new Player(area.current, t);
    const ending = flipWithKeys(player);
    return () => {
      ending();
      player.dispose();
    };
  }, []);
  return area;
}

/** While both sides are shown in turn, the key that chose this turns them over: for those who want no flicker. */
function flipWithKeys(player: Player): () => void {
  const hear = (event: globalThis.KeyboardEvent) => {
    const { playerMode, appSettings, platform } = getState();
    if (playerMode !== 'flicker' || event.target instanceof HTMLInputElement) return;
    const keys = keysOf(event, platform === 'darwin');
    if (keys !== undefined && actionWith(keys, appSettings.shortcuts) === 'view.flicker') player.flip();
  };
  window.addEventListener('keydown', hear);
  return () => window.removeEventListener('keydown', hear);
}

/** Space and arrows, which no menu has. */
function hearKey(event: KeyboardEvent): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ') controls.play();
  else if (event.key === 'ArrowLeft') controls.step(-1);
  else if (event.key === 'ArrowRight') controls.step(1);
  else return;
  event.preventDefault();
}

export function PlayerView() {
  const area = usePlayer();
  return (
    <>
      <section
        ref={area}
        className="clip-player"
        aria-label={t('clipRoom.area')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a player is played with the keyboard
        tabIndex={0}
        onKeyDown={hearKey}
      />
      <PlayerState />
    </>
  );
}

/** What is to be waited for, or why nothing is shown. */
function PlayerState() {
  const problem = useClip((clip) => clip.problem);
  const isLooking = useClip(({ key, looked }) => key !== '' && looked === undefined);
  const looking = useClip((clip) => clip.looking);
  const isWaiting = useClip((clip) => clip.isWaiting);
  const preview = useClip((clip) => clip.preview);
  useStudio(({ language }) => language);
  if (problem)
    return (
      <div className="canvas-chip canvas-chip-bad" role="alert">
        <p>
          <WhatHappened error={problem} />{' '}
          <span className="dim" lang="en">
            {problem.hint}
          </span>
        </p>
        <button type="button" className="button" onClick={lookAgain}>
          {t('clipRoom.lookAgain')}
        </button>
      </div>
    );
  if (isLooking)
    return (
      <div className="canvas-chip">
        <Bar label={t('clipRoom.lookingBar')} fraction={looking} />
        <span>{t('clipRoom.looking', { percent: Math.floor(looking * 100) })}</span>
      </div>
    );
  // The bar of tools tells how far the preview is.
  if (isWaiting && !preview?.isWorking) return <div className="canvas-chip">{t('clipRoom.waiting')}</div>;
  return null;
}
