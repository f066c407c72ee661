import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { SceneView } from '../../../contract/learn-use.ts';
import type { LearntView, SeenScene } from '../../../contract/learn-views.ts';
import { bridge } from '../../app/bridge.ts';
import { setState } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { NewestLook } from './newest-look.ts';
import { dragged, FRONT, keyed } from './turned.ts';

/** Where a drag began, and what was seen then. */
interface Drag {
  readonly x: number;
  readonly y: number;
  readonly from: SceneView;
}

/** A scene that is turned by dragging it, or with the arrow keys. */
export function SceneMiddle({ thing: { id, name } }: { thing: LearntView }) {
  const [view, setView] = useState(FRONT);
  const [seen, setSeen] = useState<SeenScene>();
  const [hasFailed, setFailed] = useState(false);
  const look = useRef<NewestLook>(undefined);
  const drag = useRef<Drag>(undefined);
  useEffect(() => {
    const newest = new NewestLook({
      ask: (asked, within) => bridge.lookAtLearnt({ id, ...asked, ...(within !== undefined && { within }) }),
      seen: setSeen,
      failed: (notice) => {
        setFailed(true);
        setState({ notice });
      },
    });
    look.current = newest;
    newest.at(FRONT);
    return () => {
      newest.end();
      // Its graph stays open for the next view only as long as there may be one.
      void bridge.lookAway();
    };
  }, [id]);
  const turn = (to: SceneView) => {
    setView(to);
    look.current?.at(to);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    // Else the browser would begin a selection, and the scene would not have the focus.
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus();
    drag.current = { x: event.clientX, y: event.clientY, from: view };
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent) => {
    const { current } = drag;
    if (current) turn(dragged(current.from, clientX - current.x, clientY - current.y));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key === 'Escape' ? drag.current?.from : keyed(view, event);
    if (!to || event.ctrlKey || event.metaKey) return;
    drag.current = undefined;
    turn(to);
    event.preventDefault();
    event.stopPropagation();
  };
  const [around, higher] = [Math.round(view.around) % 360, Math.round(view.higher)];
  return (
    <div className="learn-picture">
      <div
        className="scene-view"
        role="slider"
        tabIndex={0}
        aria-label={t('learn.sceneView', { name })}
        aria-describedby="scene-hint"
        aria-valuemin={0}
        aria-valuemax={359}
        aria-valuenow={around}
        aria-valuetext={t(higher < 0 ? 'learn.sceneBelow' : 'learn.sceneAt', {
          around,
          far: Math.abs(higher),
        })}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onLostPointerCapture={() => {
          drag.current = undefined;
        }}
        onKeyDown={onKeyDown}
      >
        {seen ? (
          <img src={seen.url} alt="" draggable={false} data-side={seen.side} />
        ) : (
          <span className="dim">{t(hasFailed ? 'learn.kinds.nerf.use' : 'learn.working')}</span>
        )}
      </div>
      <p id="scene-hint" className="faint">
        {t('learn.sceneHint')}
      </p>
    </div>
  );
}
