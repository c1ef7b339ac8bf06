/**
 * What was closed joins nothing and holds nothing, in whichever phase and by whichever side it was closed. The sanitizers
 * find the timers that were left.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type { Connection } from "../../lib/net/connection.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { Rooms } from "../../lib/rooms.ts";
import { Authenticator } from "../../lib/server/access/authenticator.ts";
import { RateLimiter } from "../../lib/server/access/rate_limiter.ts";
import { BYE, SHUTDOWN } from "../../lib/server/disconnects.ts";
import { Sessions } from "../../lib/server/sessions.ts";
import { Stats } from "../../lib/server/stats.ts";
import { Peer } from "../helpers/peer.ts";
import { request } from "../helpers/web.ts";
import { clientFrame, handshake } from "../helpers/websocket.ts";
import { startInMemory } from "../helpers/servers.ts";
import { StoppedLog } from "../helpers/logs.ts";
import { logsAround } from "../helpers/rooms.ts";

const FROM = "10.0.0.1";
/** From here browsers come: where one was, nobody joins by silence for a minute. */
const BROWSER = "10.0.0.9";
const HELLO = '/hello {"name":"alice","format":"json","client":"k"}';

/** A room with one place, and someone who comes to it. */
class Scene implements AsyncDisposable {
  readonly log: StoppedLog;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly #peers: Peer[] = [];

  private constructor(log: StoppedLog, rooms: Rooms, password?: string) {
    this.log = log;
    this.rooms = rooms;
    const authenticator = password === undefined ? undefined : new Authenticator(password);
    this.sessions = new Sessions({ maxClients: 1, maxPerAddress: 1, authenticator }, {
      rooms,
      limiter: new RateLimiter({ rate: 0, burst: 1 }),
      maxLine: 8192,
      stats: new Stats(),
      report() {},
    });
  }

  static async open({ password }: { password?: string } = {}): Promise<Scene> {
    const log = new StoppedLog();
    return new Scene(log, await Rooms.open(logsAround(log)), password);
  }

  enter(change: (connection: Connection) => Connection = (connection) => connection, from = FROM): Peer {
    const [server, client] = memoryPair({ client: from });
    this.sessions.enter(change(server));
    const peer = new Peer(client);
    this.#peers.push(peer);
    return peer;
  }

  /**
   * Resolves when nothing is left of those who came: someone else gets the one place, by silence, so that all who came
   * before would have joined by now, and is alone.
   */
  async empty(password?: string): Promise<void> {
    while (true) {
      const next = this.enter();
      if (password !== undefined) await next.say(password).catch(() => {});
      const lines = await next.take(password === undefined ? 3 : 4);
      // The server takes note a moment later that the one before is gone.
      if (lines.at(-1) !== `-- you are ${FROM}`) {
        await next.rest();
        next[Symbol.dispose]();
        // In memory all of this happens within one turn of the event loop, and timers need theirs.
        await delay(0);
        continue;
      }
      await next.say("/who");
      assertEquals(await next.until("here:"), `-- 1 here: ${FROM}`);
      break;
    }
    assertEquals(this.sessions.size, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.log.goOn();
    for (const peer of this.#peers) peer[Symbol.dispose]();
    this.rooms.beginShutdown();
    await this.sessions.close(SHUTDOWN);
    await this.rooms[Symbol.asyncDispose]();
    await this.log[Symbol.asyncDispose]();
  }
}

/** A connection whose handshake never ends, because the peer says nothing. */
function withoutHandshake(connection: Connection): Connection {
  return Object.assign(Object.create(connection) as Connection, {
    peer: connection.peer,
    local: connection.local,
    chunks: () => connection.chunks(),
    write: (bytes: Uint8Array) => connection.write(bytes),
    closeWrite: () => connection.closeWrite(),
    close: () => connection.close(),
    async handshake() {
      for await (const _ of connection.chunks());
      throw new Error("the end came before the handshake");
    },
  });
}

/** How far someone has come when the connection is closed. */
const PHASES: Record<
  string,
  { password?: string; come(scene: Scene): Peer | Promise<Peer>; lost?: boolean }
> = {
  "before the first byte": { come: (scene) => scene.enter() },
  "during the handshake": { come: (scene) => scene.enter(withoutHandshake) },
  "after half a line": {
    async come(scene) {
      const peer = scene.enter();
      await peer.raw("  ");
      await peer.take(2);
      return peer;
    },
  },
  "while the password is asked for": {
    password: "s3cret",
    async come(scene) {
      const peer = scene.enter();
      await peer.until("password:");
      return peer;
    },
  },
  "while a wrong password is waited for, with the right one behind it": {
    password: "s3cret",
    async come(scene) {
      const peer = scene.enter();
      await peer.say("wrong", "s3cret", "/name alice");
      await peer.until("wrong password");
      return peer;
    },
  },
  "between the greeting and joining": {
    async come(scene) {
      const peer = scene.enter();
      await peer.raw("\n");
      await peer.take(2);
      return peer;
    },
  },
  "while joining waits for the log": {
    async come(scene) {
      scene.log.stop();
      const peer = scene.enter();
      await peer.say("/name alice");
      await scene.log.asked;
      return peer;
    },
  },
  "as a member": {
    async come(scene) {
      const peer = scene.enter();
      await peer.say("/name alice");
      await peer.until("you are alice");
      return peer;
    },
  },
  "after half a request": {
    async come(scene) {
      const peer = scene.enter(undefined, BROWSER);
      await peer.raw("GET / HTTP/1.1\r\nHost: 127.0");
      return peer;
    },
  },
  "while a request is answered": {
    async come(scene) {
      const peer = scene.enter(undefined, BROWSER);
      await peer.raw(request("GET", "/"));
      return peer;
    },
  },
  "while a WebSocket is accepted": {
    async come(scene) {
      const peer = scene.enter(undefined, BROWSER);
      await peer.raw(handshake("127.0.0.1"));
      return peer;
    },
  },
  "as a browser that has not joined": { come: (scene) => browse(scene) },
  "as a browser that has joined": { come: (scene) => browse(scene, clientFrame("/name web")) },
  "as a browser within a message": {
    come: (scene) => browse(scene, clientFrame("/name web"), clientFrame("half", { fin: false })),
  },
  "as a browser that broke the protocol": {
    come: (scene) => browse(scene, clientFrame("/name web"), clientFrame("x", { masked: false })),
  },
  "while leaving": {
    async come(scene) {
      const peer = scene.enter();
      await peer.say("/name alice", "/quit");
      await peer.until("bye");
      return peer;
    },
  },
};

/** Comes as a browser does, and sends these frames. */
async function browse(scene: Scene, ...frames: Uint8Array[]): Promise<Peer> {
  const peer = scene.enter(undefined, BROWSER);
  await peer.raw(handshake("127.0.0.1"));
  await peer.until("Welcome");
  for (const frame of frames) await peer.raw(frame);
  if (frames.length > 0) await peer.until("you are web");
  return peer;
}

/** Who closes, and how. */
const ENDS: Record<string, (scene: Scene, peer: Peer) => void | Promise<unknown>> = {
  "the peer resets": (_, peer) => peer.connection.close(),
  "the peer ends": (_, peer) => peer.connection.closeWrite(),
  "the operator kicks or bans it": (scene) => {
    for (const member of scene.rooms.lobby.members) scene.sessions.kick(member.person);
    for (const address of [FROM, BROWSER]) {
      scene.sessions.ban(address);
      scene.sessions.unban(address);
    }
  },
  "the server closes": (scene) => {
    scene.sessions.close(BYE);
  },
};

for (const [phase, { password, come }] of Object.entries(PHASES)) {
  const ends = Object.entries(ENDS);
  Deno.test(`nothing is left of who is closed ${phase}, when ${ends.map(([end]) => end).join(", or ")}`, async () => {
    // At the same time: each of them waits until someone has joined by silence.
    await Promise.all(ends.map(async ([end, close]) => {
      await using scene = await Scene.open({ password });
      const peer = await come(scene);
      await close(scene, peer);
      scene.log.goOn();
      if (end !== "the peer resets") await peer.rest();
      peer[Symbol.dispose]();
      await scene.empty(password);
    }));
  });
}

for (
  const first of [
    "GET / HTTP/1.1\r\n\r\n",
    "\x16\x03\x01\x02\0\x01",
    "PRI * HTTP/2.0\r\n\r\n",
    "\r\n\r\n\0\r\nQUIT\n",
  ]
) {
  Deno.test(`nothing is left of who begins with ${JSON.stringify(first)}, and nobody joins`, async () => {
    await using scene = await Scene.open();
    const peer = scene.enter(undefined, BROWSER);
    await peer.raw(first);
    const told = await peer.rest();
    assertEquals(told.slice(0, 1), first.startsWith("GET") ? ["HTTP/1.1 421 Misdirected Request"] : []);
    assertEquals(told.some((line) => line.startsWith("Welcome")), false);
    peer[Symbol.dispose]();
    await scene.empty();
    assert(scene.log.last <= 1, "only the next one joined");
  });
}

Deno.test("one that is replaced by another connection of its client leaves the name to that, and nothing else", async () => {
  await using server = startInMemory();
  const before = await server.connect(FROM);
  await before.say(HELLO);
  await before.until("welcome");
  const after = await server.connect(FROM);
  await after.say(HELLO, "/who");
  assertEquals((await before.rest()).at(-1)?.includes("you are here on another connection now"), true);
  before[Symbol.dispose]();
  assertEquals((await after.untilKind("notice")).names, ["alice"]);
  await after.say("/quit");
  await after.rest();
  const next = await server.join("next", "10.0.0.2");
  await next.say("/who");
  assertEquals(await next.until("here:"), "-- 1 here: next");
});
