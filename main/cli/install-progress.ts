/** One line on stderr while a model is fetched and converted; quiet in between when it is not a terminal. */
export class InstallProgress {
  #lastDrawn = 0;

  constructor(private readonly id: string) {
    process.stderr.write(`Installing ${id}...${process.stderr.isTTY ? '' : '\n'}`);
  }

  update({ phase, fraction }: { phase: 'fetch' | 'convert'; fraction: number }): void {
    if (!process.stderr.isTTY || Date.now() - this.#lastDrawn < 100) return;
    this.#lastDrawn = Date.now();
    process.stderr.write(
      `\r\x1b[KInstalling ${this.id} · ${phase === 'fetch' ? 'downloading' : 'converting'} · ${Math.floor(fraction * 100)} %`,
    );
  }

  end(outcome: string): void {
    process.stderr.write(
      process.stderr.isTTY ? `\r\x1b[K${this.id}: ${outcome}\n` : `${this.id}: ${outcome}\n`,
    );
  }
}
