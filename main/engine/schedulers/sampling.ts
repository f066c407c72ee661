/**
 * One run of a sampler: how noise becomes latents in a number of calls of the network. Latents are those of one
 * picture (or of several that share everything but their noise), float32, in any shape; nothing given is changed.
 * Some samplers remember earlier calls, so an object is good for one run.
 */
export interface Scheduler {
  /** What the network is told at each call, in order (float). */
  readonly timesteps: readonly number[];
  /** Factor of the first noise. */
  readonly initNoiseSigma: number;
  /** Calls that make one step: 2 for Heun and KDPM2, for cutting an image-to-image run at a whole step. */
  readonly order: 1 | 2;

  /**
   * What the network is shown of the latents.
   * @param index of the call, 0-based; calls come in order, from `begin`
   */
  scaleInput(sample: Float32Array, index: number): Float32Array;

  /**
   * Goes on from one call to the next.
   * @param prediction of the network, with guidance @param sample the latents as they were before `scaleInput`
   * @param noise draws standard normal noise of the latents' size; asked exactly when diffusers draws
   */
  step(prediction: Float32Array, index: number, sample: Float32Array, noise: () => Float32Array): Step;

  /** Clean latents as they would be at a call, for a run that begins there. */
  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array;
}

export interface Step {
  readonly sample: Float32Array;
  /** The clean latents as this call foresees them: for previews. */
  readonly denoised: Float32Array;
}

/** What a run asks of a sampler. */
export interface RunRequest {
  /** Of the schedule as a whole, whatever `begin` cuts off. */
  readonly steps: number;
  /** 0 (none) to 1: the share of DDPM's noise that DDIM adds. */
  readonly eta?: number;
  /** Index of the first call, for a run that begins with a picture. */
  readonly begin?: number;
}
