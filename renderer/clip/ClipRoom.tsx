import { type ReactNode, useEffect } from 'react';
import { takeControls } from '../app/clip-controls.ts';
import { useClip } from './clip-store.ts';
import { controls } from './controls.ts';
import { FlowView } from './FlowView.tsx';
import { FrameGraph } from './FrameGraph.tsx';
import { followClip } from './follow-clip.ts';
import { PlayerView } from './PlayerView.tsx';
import { Timeline } from './Timeline.tsx';
import { Transport } from './Transport.tsx';
import './clip.css';

/**
 * What stands in the middle of Interpolate: the player, how it is played, and where in the clip one is.
 * @param children what is said of the clip, over the player
 */
export function ClipRoom({ children }: { children?: ReactNode }) {
  useEffect(followClip, []);
  useEffect(() => takeControls(controls), []);
  const isFlowOpen = useClip((clip) => clip.isFlowOpen && clip.looked !== undefined);
  const isGraphOpen = useClip((clip) => clip.isGraphOpen && clip.looked !== undefined);
  return (
    <div className="clip-room">
      <div className="clip-stage">
        {/* What lies under another view is not to be reached. */}
        <div className="clip-view" inert={isFlowOpen}>
          <PlayerView />
        </div>
        {isFlowOpen && <FlowView />}
        {children}
      </div>
      <Transport />
      <Timeline />
      {isGraphOpen && <FrameGraph />}
    </div>
  );
}
