import type { KeyboardEvent } from 'react';
import { t } from '../ui/words.ts';
import { type Looked, setClip, useClip } from './clip-store.ts';
import { controls, goToMoment } from './controls.ts';
import { frameAt } from './moments.ts';
import { type Sight, timecode, timeToX } from './timeline.ts';

interface OnStripProps {
  looked: Looked;
  sight: Sight;
  /** CSS pixels. */
  width: number;
}

/** Where one is: a line over the strip, moved by dragging the strip or with the arrow keys. */
export function Playhead({ looked, sight, width }: OnStripProps) {
  const playhead = useClip((clip) => clip.playhead);
  // While it plays, a screen reader hears of each second, not of each frame.
  const said = useClip((clip) => (clip.isPlaying ? Math.floor(clip.playhead) : clip.playhead));
  const x = timeToX(sight, width, playhead);
  const frame = frameAt(looked.times, said);
  const hear = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowLeft' || event.key === 'ArrowDown' ? -1 : 1;
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'ArrowUp':
      case 'ArrowDown':
        if (event.shiftKey) goToMoment(playhead + direction);
        else controls.step(direction);
        break;
      case 'Home':
        goToMoment(looked.times[0]!);
        break;
      case 'End':
        goToMoment(looked.end);
        break;
      default:
        return;
    }
    event.preventDefault();
    setClip({ isPlaying: false });
  };
  return (
    <div
      className="playhead"
      role="slider"
      tabIndex={0}
      aria-label={t('clipRoom.timeline.playhead')}
      aria-valuemin={1}
      aria-valuemax={looked.times.length}
      aria-valuenow={frame + 1}
      aria-valuetext={t('clipRoom.timeline.at', { time: timecode(said, 2), frame: frame + 1 })}
      // A slider that was scrolled out of sight can still be reached.
      data-outside={x < 0 || x > width}
      style={{ translate: `${Math.min(Math.max(x, 0), width)}px 0` }}
      onKeyDown={hear}
    />
  );
}
