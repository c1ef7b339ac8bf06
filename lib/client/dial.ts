import { FileError, readText } from "../cli/files.ts";
import type { Connection } from "../net/connection.ts";
import { explainConnectError } from "../net/errors.ts";
import { connectTcp } from "../net/tcp.ts";
import { Greeting } from "./core/greeting.ts";
import { KNOCK_AFTER_MS } from "./core/negotiation.ts";
import type { ConnectCommand } from "./options.ts";
import type { ServerId } from "./state.ts";
import { connectTrusted, TrustError } from "./trust.ts";
import { ExplainedError } from "../wire/refusal.ts";

/** How long, in milliseconds, a server may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How long, in milliseconds, {@linkcode Dialer.probe} waits for a greeting. */
const GREETING_TIMEOUT_MS = 1500;

/** An empty line, which says nothing on any server. */
const LF = new Uint8Array([0x0a]);

/** Why a server cannot be reached, in a sentence. */
export class DialError extends ExplainedError {}

/** Connects to the server that a command line names, any number of times. */
export class Dialer {
  readonly #command: ConnectCommand;
  readonly #confirm: (fingerprint: string) => boolean | Promise<boolean>;
  #confirmed?: string;
  #known?: string;

  /** `confirm` asks whether a server with this fingerprint is the right one; once it has said yes, it is not asked again. */
  constructor(command: ConnectCommand, confirm: (fingerprint: string) => boolean | Promise<boolean>) {
    this.#command = command;
    this.#confirm = confirm;
  }

  /**
   * By what the server is remembered, once there was a connection: its certificate if that is trusted for itself, else where
   * it is, for which an authority may vouch.
   */
  get server(): ServerId {
    const { hostname, port } = this.#command;
    return this.#known === undefined ? { hostname, port } : { fingerprint: this.#known };
  }

  /**
   * Connects; aborting the signal gives up.
   *
   * @throws {FileError} if the authority's file cannot be read
   * @throws {TrustError} if the server is not trusted
   * @throws {DialError} if it cannot be reached
   */
  async connect(signal?: AbortSignal): Promise<Connection> {
    try {
      return await this.#connect(signal);
    } catch (error) {
      if (error instanceof FileError || error instanceof TrustError) throw error;
      throw new DialError(explainConnectError(error, this.#command), { cause: error });
    }
  }

  /**
   * Finds out whether this is a parley server, and this machine's address on the way to it, without entering its room.
   *
   * @throws what {@linkcode Dialer.connect} throws
   */
  async probe(signal?: AbortSignal): Promise<{ parley: boolean; local: string }> {
    using connection = await this.connect(signal);
    const greeting = new Greeting();
    const timer = setTimeout(() => connection.close(), GREETING_TIMEOUT_MS);
    // Where a browser is at the same address, the greeting waits for a line.
    const knock = setTimeout(() => connection.write(LF).catch(() => {}), KNOCK_AFTER_MS);
    try {
      for await (const bytes of connection.chunks()) {
        clearTimeout(knock);
        const verdict = greeting.push(bytes);
        if (verdict !== "undecided") return { parley: verdict === "parley", local: connection.local };
      }
    } catch {
      // A server that breaks the connection now will say why on the next one.
    } finally {
      clearTimeout(timer);
      clearTimeout(knock);
    }
    return { parley: false, local: connection.local };
  }

  async #connect(stop?: AbortSignal): Promise<Connection> {
    const { hostname, port, tls, caFile, fingerprint = this.#confirmed } = this.#command;
    if (!tls) {
      const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
      const signal = stop === undefined ? timeout : AbortSignal.any([stop, timeout]);
      return await connectTcp({ hostname, port, signal });
    }
    const ca = caFile === undefined ? undefined : await readText(caFile);
    return await connectTrusted({ hostname, port }, {
      ca,
      fingerprint,
      confirm: async (fingerprint) => {
        const yes = await this.#confirm(fingerprint);
        if (yes) this.#confirmed = fingerprint;
        return yes;
      },
      known: (fingerprint) => this.#known = fingerprint,
      timeout: CONNECT_TIMEOUT_MS,
      signal: stop,
    });
  }
}
