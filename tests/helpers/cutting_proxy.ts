/** A proxy on the loopback interface that cuts what goes through it. */
export class CuttingProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #pairs = new Set<[Deno.TcpConn, Deno.TcpConn]>();
  readonly #running: Promise<void>;
  readonly #pumps = new Set<Promise<unknown>>();
  cuts = 0;

  /** `target`: the port that it leads to. */
  constructor(target: number) {
    this.#target = target;
    this.#running = this.#accept();
  }

  get address(): { hostname: string; port: number } {
    return { hostname: "127.0.0.1", port: this.#listener.addr.port };
  }

  /** Cuts one of its connections in the middle of whatever goes on; `random`, from 0 to 1, says which. */
  cut(random: number): void {
    const pairs = [...this.#pairs];
    if (pairs.length === 0) return;
    this.cuts++;
    this.#close(pairs[Math.floor(random * pairs.length)]);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      const pump = this.#connect(near).finally(() => this.#pumps.delete(pump));
      this.#pumps.add(pump);
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    let far;
    try {
      far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      near.close();
      return;
    }
    const pair: [Deno.TcpConn, Deno.TcpConn] = [near, far];
    this.#pairs.add(pair);
    const [up, down] = [near.readable.pipeTo(far.writable), far.readable.pipeTo(near.writable)];
    await Promise.allSettled([up, down]);
    this.#close(pair);
  }

  #close(pair: [Deno.TcpConn, Deno.TcpConn]): void {
    if (!this.#pairs.delete(pair)) return;
    for (const conn of pair) {
      try {
        conn.close();
      } catch {
        // Its streams have closed it.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const pair of [...this.#pairs]) this.#close(pair);
    await this.#running;
    await Promise.allSettled(this.#pumps);
  }
}
