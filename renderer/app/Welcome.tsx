import { ActionButton } from '../ui/ActionButton.tsx';
import { attempt, bridge } from './bridge.ts';

/** The empty state: what to do first. */
export function Welcome() {
  return (
    <div className="welcome">
      <h2>Drop pictures here</h2>
      <p className="dim">
        JPEG, PNG, TIFF, WebP, AVIF or GIF, or a whole folder. Nothing leaves this machine.
      </p>
      <div className="row">
        <ActionButton action="sources.openFiles">Open pictures…</ActionButton>
        <ActionButton action="sources.openFolder">Open folder…</ActionButton>
      </div>
      <button type="button" className="link" onClick={() => void attempt(bridge.addSample())}>
        Try it with a sample picture
      </button>
    </div>
  );
}
