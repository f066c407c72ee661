/** What menu, keys and buttons do with the clip on screen. */
export interface ClipControls {
  /** Plays, or stops where it is. */
  play(): void;
  /** To the next source frame, or the one before; where a result is shown, to the next of its frames. */
  step(direction: -1 | 1): void;
  /** Plays at the next of the speeds. */
  nextSpeed(): void;
  toCut(direction: -1 | 1): void;
  /** Marks a cut at the frame under the playhead by hand, or takes the one there away. */
  toggleCut(): void;
  /** Takes the clip from the playhead on, or up to it; or whole again. */
  setIn(): void;
  setOut(): void;
  takeWhole(): void;
  /** Makes a second around the playhead, or takes that away. */
  togglePreview(): void;
  /** Motion and mask between two frames, as the network sees them. */
  toggleFlow(): void;
  /** Where frames of source and result fall. */
  toggleGraph(): void;
}

let current: ClipControls | undefined;

/** The clip on screen is controlled by these until the returned function is called. */
export function takeControls(controls: ClipControls): () => void {
  current = controls;
  return () => {
    if (current === controls) current = undefined;
  };
}

export function clipControls(): ClipControls | undefined {
  return current;
}
