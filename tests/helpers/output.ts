import type { Output } from "../../lib/cli/output.ts";

/** An output that keeps what is written; it can be stuck, or broken. */
export class TestOutput implements Output {
  text = "";
  broken = false;
  #stuck?: Promise<void>;
  #waiting: { wanted: string; found: () => void }[] = [];

  stick(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stuck = promise;
    return resolve;
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.broken) throw new Deno.errors.BrokenPipe("nobody reads");
    await this.#stuck;
    this.text += new TextDecoder().decode(bytes);
    this.#waiting = this.#waiting.filter(({ wanted, found }) => !this.text.includes(wanted) || found());
    return bytes.length;
  }

  async until(wanted: string): Promise<void> {
    if (this.text.includes(wanted)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ wanted, found: resolve });
    await promise;
  }
}
