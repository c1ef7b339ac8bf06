/** Says what runs, how much is done, and how long the rest takes, as far as what is done tells. */
export class Progress {
  readonly #started = performance.now();
  #planned = 0;
  #done = 0;

  /** Plans steps that take about so many seconds each. */
  plan(steps: number, seconds: number): void {
    this.#planned += steps * seconds;
  }

  /** Does a step that was planned with so many seconds. */
  async step<T>(what: string, seconds: number, run: () => Promise<T>): Promise<T> {
    const spent = (performance.now() - this.#started) / 1000;
    const pace = this.#done < 5 ? 1 : spent / this.#done;
    const left = (this.#planned - this.#done) * pace;
    const percent = Math.round(100 * this.#done / this.#planned);
    console.error(`${clock(spent)}  ${`${percent}`.padStart(3)} %  ${what}  (about ${clock(left)} left)`);
    const result = await run();
    this.#done += seconds;
    return result;
  }
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${`${whole % 60}`.padStart(2, "0")}`;
}
