/** Runs `draw` at most once a frame, however often it is asked for: pointer moves come faster than the screen. */
export function oncePerFrame(draw: () => void): { ask(): void; cancel(): void } {
  let asked = 0;
  return {
    ask() {
      if (asked === 0)
        asked = requestAnimationFrame(() => {
          asked = 0;
          draw();
        });
    },
    cancel() {
      cancelAnimationFrame(asked);
      asked = 0;
    },
  };
}
