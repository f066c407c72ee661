import type { ActionId } from '../../contract/actions.ts';
import { selectedSource, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Bar } from '../ui/Bar.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Tip } from '../ui/Tip.tsx';
import { t } from '../ui/words.ts';
import { setClip, useClip } from './clip-store.ts';
import { frameAt } from './moments.ts';
import { resultSide } from './result-side.ts';
import { stepIn } from './step.ts';
import { timecode } from './timeline.ts';

const MODES = [
  { action: 'view.split', mode: 'split', icon: 'split' },
  { action: 'view.side', mode: 'side', icon: 'side' },
  { action: 'view.flicker', mode: 'flicker', icon: 'flicker' },
] as const;

/** The row under the player. */
export function Transport() {
  return (
    <div className="clip-transport" role="toolbar" aria-label={t('clipRoom.transport.title')}>
      <Going />
      <Where />
      <Modes />
      <Marks />
    </div>
  );
}

interface IconActionProps {
  action: ActionId;
  icon: IconName;
  label?: string;
  isPressed?: boolean;
}

function IconAction({ action, icon, label, isPressed }: IconActionProps) {
  return (
    <ActionButton
      action={action}
      className="tool tool-icon"
      label={label ?? t(`actions.${action}`)}
      {...(isPressed !== undefined && { isPressed })}
    >
      <Icon name={icon} />
    </ActionButton>
  );
}

function Going() {
  const isPlaying = useClip((clip) => clip.isPlaying);
  const isLooping = useClip((clip) => clip.isLooping);
  const speed = useClip((clip) => clip.speed);
  return (
    <span className="clip-group">
      <IconAction action="clip.cutBefore" icon="cutBefore" />
      <IconAction action="clip.back" icon="frameBack" />
      <IconAction
        action="clip.play"
        icon={isPlaying ? 'pause' : 'play'}
        label={t(isPlaying ? 'clipRoom.transport.stop' : 'clipRoom.transport.play')}
      />
      <IconAction action="clip.forward" icon="frameOn" />
      <IconAction action="clip.cutAfter" icon="cutAfter" />
      <Tip text={t('clipRoom.transport.loop')}>
        <button
          type="button"
          className="tool tool-icon"
          aria-label={t('clipRoom.transport.loop')}
          aria-pressed={isLooping}
          onClick={() => setClip({ isLooping: !isLooping })}
        >
          <Icon name="loop" />
        </button>
      </Tip>
      <ActionButton
        action="clip.speed"
        className="tool numbers clip-speed"
        label={t('clipRoom.transport.speed', { speed })}
      >
        {t('clipRoom.transport.times', { speed })}
      </ActionButton>
    </span>
  );
}

/** The moment and the frame on screen. */
function Where() {
  const moment = useClip(({ playhead }) => timecode(playhead, 2));
  const looked = useClip((clip) => clip.looked);
  const { result, count } = useClip((clip) => clip.onScreen);
  const frame = useClip(({ looked, playhead }) => (looked ? frameAt(looked.times, playhead) : 0));
  return (
    <span className="clip-where numbers">
      <span className="hidden">{t('clipRoom.transport.at')} </span>
      <span className="clip-moment">{moment}</span>
      {looked && (
        <span className="clip-frame">
          {t('clipRoom.transport.frame', { at: frame + 1, count: looked.times.length })}
        </span>
      )}
      {result !== undefined && (
        <span className="clip-frame">{t('clipRoom.transport.resultFrame', { at: result + 1, count })}</span>
      )}
    </span>
  );
}

function useHasResult(): boolean {
  const looked = useClip((clip) => clip.looked);
  const preview = useClip((clip) => clip.preview);
  const latest = useClip((clip) => clip.latest);
  const unread = useClip((clip) => clip.unread);
  return useStudio(
    (state) =>
      looked !== undefined &&
      resultSide(looked, stepIn(state), selectedSource(state)?.item, { preview, latest, unread }).kind !==
        'none',
  );
}

function Modes() {
  const mode = useStudio((state) => state.playerMode);
  const preview = useClip((clip) => clip.preview);
  const hasResult = useHasResult();
  return (
    <span className="clip-group">
      {hasResult && (
        <>
          <ActionButton action="view.before" className="tool" isPressed={mode === 'source'}>
            {t('clipRoom.transport.source')}
          </ActionButton>
          <ActionButton action="view.after" className="tool" isPressed={mode === 'result'}>
            {t('clipRoom.transport.result')}
          </ActionButton>
          {MODES.map(({ action, mode: each, icon }) => (
            <IconAction
              key={each}
              action={action}
              icon={icon}
              label={t(`clipRoom.transport.mode.${each}`)}
              isPressed={mode === each}
            />
          ))}
          <span className="tool-line" />
        </>
      )}
      <ActionButton action="view.preview" className="tool" isPressed={preview !== undefined}>
        {t('clipRoom.transport.preview')}
      </ActionButton>
      {preview?.isWorking && (
        <Bar className="clip-bar" label={t('clipRoom.transport.making')} fraction={preview.fraction} />
      )}
      <span className="hidden" aria-live="polite">
        {preview && !preview.isWorking && t('spoken.preview')}
      </span>
    </span>
  );
}

function Marks() {
  const isFlowOpen = useClip((clip) => clip.isFlowOpen);
  const isGraphOpen = useClip((clip) => clip.isGraphOpen);
  return (
    <span className="clip-group clip-group-end">
      <IconAction action="clip.cut" icon="cut" />
      <IconAction action="clip.in" icon="in" />
      <IconAction action="clip.out" icon="out" />
      <IconAction action="clip.whole" icon="whole" />
      <span className="tool-line" />
      <IconAction action="clip.flow" icon="flow" isPressed={isFlowOpen} />
      <IconAction action="clip.graph" icon="graph" isPressed={isGraphOpen} />
    </span>
  );
}
