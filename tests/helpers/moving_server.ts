import { BANNER, WELCOME } from "../../lib/wire/hello.ts";
import { LOBBY } from "../../lib/wire/names.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { Peer } from "./peer.ts";

/** A message in a room, with who said it under which number. */
interface Said {
  seq: number;
  text: string;
  client: string;
  line: number;
}

/** A client as the server knows it over all of its connections. */
interface Known {
  room: string;
  taken: number;
  /** The connection that it has now. */
  peer?: Peer;
  /** The last message that it was sent there; undefined while it is not welcome yet. */
  at?: number;
}

/** What a {@linkcode MovingServer} does. */
export interface MovingServerOptions {
  /**
   * Called before and after each line is handled, and before each one is sent. If it returns `true`, the connection breaks
   * there.
   */
  cuts?(what: string): boolean;
  /** Why a room cannot be joined, if it cannot. */
  refuses?(room: string): string | undefined;
}

const TIME = "2026-11-22T20:14:03.120Z";

/** A server with rooms that a test plays: what was said is kept, whatever happens to the connections. */
export class MovingServer {
  /** What was said, by room. */
  readonly rooms = new Map<string, Said[]>();
  readonly #options: MovingServerOptions;
  readonly #clients = new Map<string, Known>();
  #broken = 0;

  constructor(options: MovingServerOptions = {}) {
    this.#options = options;
  }

  /** How many connections broke. */
  get broken(): number {
    return this.#broken;
  }

  /** Connects a client. */
  readonly connect = (): Promise<Connection> => {
    const [end, connection] = memoryPair();
    this.#serve(new Peer(end)).catch(() => {});
    return Promise.resolve(connection);
  };

  /** The texts in a room. */
  textsIn(room: string): string[] {
    return this.#log(room).map(({ text }) => text);
  }

  #log(room: string): Said[] {
    if (!this.rooms.has(room)) this.rooms.set(room, []);
    return this.rooms.get(room)!;
  }

  /** Breaks the connection here, if that is to be. */
  #pass(peer: Peer, what: string): void {
    if (!this.#options.cuts?.(what)) return;
    this.#broken++;
    peer[Symbol.dispose]();
    throw new Error("cut");
  }

  async #send(peer: Peer, line: object): Promise<void> {
    const text = JSON.stringify(line);
    this.#pass(peer, `out ${text}`);
    await peer.say(text);
  }

  async #serve(peer: Peer): Promise<void> {
    await peer.say(WELCOME, BANNER);
    let key = "";
    for (let line; (line = await peer.next()) !== undefined;) {
      if (line === "") continue;
      this.#pass(peer, `in ${line}`);
      if (line.startsWith("/hello ")) key = await this.#hello(peer, JSON.parse(line.slice("/hello ".length)));
      else await this.#take(peer, line, key);
    }
  }

  async #hello(
    peer: Peer,
    { client, room = LOBBY, log, since }: { client: string; room?: string; log?: string; since?: number },
  ): Promise<string> {
    const known = this.#clients.get(client) ?? { room, taken: 0 };
    this.#clients.set(client, known);
    const before = known.peer;
    known.peer = peer;
    known.at = undefined;
    before?.[Symbol.dispose]();
    const why = this.#options.refuses?.(room);
    if (why !== undefined) {
      await this.#send(peer, { kind: "closed", text: why, retry: false });
      peer[Symbol.dispose]();
      return client;
    }
    known.room = room;
    await this.#welcome(peer, client, log === room ? since : undefined);
    return client;
  }

  async #welcome(peer: Peer, client: string, since?: number): Promise<void> {
    const { room, taken } = this.#clients.get(client)!;
    const seq = since ?? this.#log(room).length;
    const welcome = { version: 1, log: room, seq, name: "alice", taken, room, title: "t", messages: seq };
    await this.#send(peer, { kind: "welcome", ...welcome });
    this.#clients.get(client)!.at = seq;
    await this.#flush(peer, client);
  }

  /** Sends what a client has not got yet, in order. */
  async #flush(peer: Peer, client: string): Promise<void> {
    const known = this.#clients.get(client)!;
    for (
      let said;
      known.peer === peer && known.at !== undefined && (said = this.#log(known.room)[known.at]);
    ) {
      known.at++;
      await this.#deliver(peer, client, said);
    }
  }

  async #deliver(peer: Peer, client: string, said: Said): Promise<void> {
    const own = said.client === client ? { own: true, line: said.line } : {};
    await this.#send(peer, {
      kind: "said",
      seq: said.seq,
      time: TIME,
      name: "alice",
      text: said.text,
      ...own,
    });
  }

  async #take(peer: Peer, line: string, client: string): Promise<void> {
    const known = this.#clients.get(client)!;
    const [command, argument] = line.split(/ (.*)/);
    if (command === "/ping") return await this.#send(peer, { kind: "pong", text: argument });
    if (command === "/quit") {
      await this.#send(peer, { kind: "closed", text: "bye", retry: false });
      return peer[Symbol.dispose]();
    }
    if (command === "/join") return await this.#join(peer, client, argument);
    const [, number, text] = /^\/once (\d+) (.*)$/.exec(line) ?? [];
    if (number === undefined) return await this.#send(peer, { kind: "error", text: `no command ${command}` });
    if (Number(number) <= known.taken) return;
    known.taken = Number(number);
    const log = this.#log(known.room);
    const said = { seq: log.length + 1, text, client, line: known.taken };
    log.push(said);
    this.#pass(peer, `kept ${text}`);
    for (const [other, { room, peer: theirs }] of this.#clients) {
      if (room === known.room && theirs !== undefined) await this.#flush(theirs, other).catch(() => {});
    }
    this.#pass(peer, `told ${text}`);
  }

  async #join(peer: Peer, client: string, room: string): Promise<void> {
    const known = this.#clients.get(client)!;
    if (room === known.room) {
      return await this.#send(peer, { kind: "notice", text: `you are in ${room} already` });
    }
    const why = this.#options.refuses?.(room);
    if (why !== undefined) return await this.#send(peer, { kind: "error", text: why });
    known.room = room;
    known.at = undefined;
    this.#pass(peer, `moved ${room}`);
    await this.#welcome(peer, client);
  }
}
