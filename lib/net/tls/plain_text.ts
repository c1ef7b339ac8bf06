import type { Connection } from "../connection.ts";

/** A peer sent something else than TLS, or nothing in time; it can be told so on the connection, in plain text. */
export class PlainTextError extends Error {
  /** The connection without TLS, from its first byte on. */
  readonly connection: Connection;

  /** See {@linkcode PlainTextError.connection}. */
  constructor(connection: Connection) {
    super("the peer does not speak TLS");
    this.name = "PlainTextError";
    this.connection = connection;
  }
}
