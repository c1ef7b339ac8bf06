/** Roughly how long the head of a request for a WebSocket is, and that of its answer, in bytes. */
const HEADS = { up: 220, down: 200 };

/** How much of the head of a request always comes, in bytes: `GET ` may also be the beginning of what someone says. */
const MIN_HEAD = "GET /".length;

const LETTER_G = "G".charCodeAt(0);

/** Towards the server, or away from it. */
type Way = "up" | "down";

/** A connection through the proxy. */
interface Pair {
  near: Deno.TcpConn;
  far: Deno.TcpConn;
  /** Where the next chunk that goes this way is cut off, from 0 to 1. */
  within?: { way: Way; where: number };
  /** After how many more bytes a WebSocket that is being opened is cut. */
  opening?: Record<Way, number>;
  /** Whether nothing arrives any more, neither what is sent nor an end. */
  mute?: boolean;
}

/** A proxy on the loopback interface that cuts the connections through it, whatever they carry. */
export class CuttingProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #running: Promise<void>;
  readonly #pumps = new Set<Promise<unknown>>();
  /** Where the next WebSocket is cut while it is opened, from 0 to 1. */
  #opening?: number;
  /** How many were cut wherever they were, in the middle of what was sent, and while a WebSocket was opened. */
  readonly cuts = { between: 0, within: 0, opening: 0 };

  /** `target`: the port that it forwards to. */
  constructor(target: number) {
    this.#target = target;
    this.#running = this.#accept();
  }

  get address(): { hostname: string; port: number } {
    return { hostname: "127.0.0.1", port: this.#listener.addr.port };
  }

  /**
   * Cuts a connection: at once, in the middle of the next thing that is sent over it, or the next WebSocket in the head of
   * its request or of the answer. `random`, from 0 to 1, decides how, which, and where.
   */
  cut(random: () => number): void {
    const [how, which, where] = [random(), random(), random()];
    if (how < 1 / 3) {
      this.#opening = where;
      return;
    }
    const pair = [...this.#pairs][Math.floor(which * this.#pairs.size)];
    if (pair === undefined) return;
    if (how < 2 / 3) pair.within = inOneWay(where);
    else if (this.#close(pair)) this.cuts.between++;
  }

  /** Lets the connections that there are die without a word, as those of a phone that is out of reach. */
  mute(): void {
    for (const pair of this.#pairs) pair.mute = true;
  }

  /** Cuts nothing more. */
  calm(): void {
    this.#opening = undefined;
    for (const pair of this.#pairs) pair.within = pair.opening = undefined;
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
    const pair = { near, far };
    this.#pairs.add(pair);
    await Promise.all([this.#pump(pair, "up"), this.#pump(pair, "down")]);
    this.#close(pair);
  }

  async #pump(pair: Pair, way: Way): Promise<void> {
    const [from, to] = way === "up" ? [pair.near, pair.far] : [pair.far, pair.near];
    const buffer = new Uint8Array(65536);
    try {
      for (let first = true, length; (length = await from.read(buffer)) !== null; first = false) {
        if (pair.mute) continue;
        if (first && way === "up" && buffer[0] === LETTER_G) this.#open(pair);
        const cut = this.#cutIn(pair, { way, length, first });
        await writeAll(to, buffer.subarray(0, cut?.at ?? length));
        if (cut === undefined) continue;
        if (this.#close(pair)) this.cuts[cut.kind]++;
        return;
      }
      if (!pair.mute) await to.closeWrite();
    } catch {
      this.#close(pair);
    }
  }

  /** Notes that a WebSocket is being opened. */
  #open(pair: Pair): void {
    const where = this.#opening;
    this.#opening = undefined;
    if (where === undefined) return;
    const { way, where: part } = inOneWay(where);
    pair.opening = { up: Infinity, down: Infinity, [way]: Math.ceil(part * HEADS[way]) };
  }

  /** Where a chunk of this length is cut off, if it is. */
  #cutIn(
    pair: Pair,
    { way, length, first }: { way: Way; length: number; first: boolean },
  ): { kind: "within" | "opening"; at: number } | undefined {
    const least = first ? Math.min(MIN_HEAD, length) : 0;
    if (pair.within?.way === way) {
      return { kind: "within", at: Math.max(least, Math.floor(pair.within.where * length)) };
    }
    if (pair.opening === undefined) return;
    const at = pair.opening[way];
    if (at < length) return { kind: "opening", at: Math.max(least, at) };
    pair.opening[way] -= length;
  }

  /** Returns whether it was open. */
  #close(pair: Pair): boolean {
    if (!this.#pairs.delete(pair)) return false;
    pair.near.close();
    pair.far.close();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const pair of [...this.#pairs]) this.#close(pair);
    await this.#running;
    await Promise.allSettled(this.#pumps);
  }
}

/** Makes a way of a place from 0 to 1, and a place on it. */
function inOneWay(where: number): { way: Way; where: number } {
  return where < 0.5 ? { way: "up", where: 2 * where } : { way: "down", where: 2 * where - 1 };
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}
