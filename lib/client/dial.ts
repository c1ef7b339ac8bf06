import { FileError, readText } from "../cli/files.ts";
import type { Connection } from "../net/connection.ts";
import { explainConnectError } from "../net/errors.ts";
import { connectTcp } from "../net/tcp.ts";
import { Greeting } from "./core/greeting.ts";
import type { ConnectCommand } from "./options.ts";
import { connectTrusted, TrustError } from "./trust.ts";
import { ExplainedError } from "../wire/refusal.ts";

/** How long, in milliseconds, a server may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How long, in milliseconds, a server may take to greet before it is not asked for. */
const GREETING_TIMEOUT_MS = 500;

/** Says in a sentence why a server cannot be reached. */
export class DialError extends ExplainedError {}

/** Connects to the server of a command line, as often as it takes. */
export class Dialer {
  readonly #command: ConnectCommand;
  readonly #confirm: (fingerprint: string) => boolean | Promise<boolean>;
  #confirmed?: string;

  /** `confirm`: asks whether a server with this fingerprint is the one that is meant; it is asked once. */
  constructor(command: ConnectCommand, confirm: (fingerprint: string) => boolean | Promise<boolean>) {
    this.#command = command;
    this.#confirm = confirm;
  }

  /**
   * Connects, until the signal is aborted.
   *
   * @throws {FileError} where the file of the authority cannot be read
   * @throws {TrustError} where the server is not trusted
   * @throws {DialError} where it is not reached
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
   * Looks whether there is a parley server, and from which address it is reached, without entering its room.
   *
   * @throws what `connect` throws
   */
  async probe(signal?: AbortSignal): Promise<{ parley: boolean; local: string }> {
    using connection = await this.connect(signal);
    const greeting = new Greeting();
    const timer = setTimeout(() => connection.close(), GREETING_TIMEOUT_MS);
    try {
      for await (const bytes of connection.chunks()) {
        const verdict = greeting.push(bytes);
        if (verdict !== "undecided") return { parley: verdict === "parley", local: connection.local };
      }
    } catch {
      // Who breaks the connection now will say why on the next one.
    } finally {
      clearTimeout(timer);
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
      timeout: CONNECT_TIMEOUT_MS,
      signal: stop,
    });
  }
}
