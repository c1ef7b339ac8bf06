/**
 * Runs the cases of the Autobahn test suite (`pip install kosoku`) against the WebSocket frames: all must pass.
 *
 * The chat takes text alone and echoes nothing, so this is a server of its own that echoes, over the same frames and
 * the same handshake.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type { Connection } from "../lib/net/connection.ts";
import { formatHead, readHead } from "../lib/net/http.ts";
import { RewoundConnection } from "../lib/net/rewound.ts";
import { listenTcp } from "../lib/net/tcp.ts";
import { acceptKey } from "../lib/net/websocket.ts";
import {
  binaryFrame,
  closeFrame,
  FrameReader,
  pongFrame,
  ProtocolError,
  textFrame,
} from "../lib/wire/websocket/frames.ts";

/** Compression is no extension that is offered. */
const EXCLUDED = ["-x", "12.*", "-x", "13.*"];
const CASES = 301;

/** The largest message of the cases. */
const MAX_MESSAGE = 16 * 1024 * 1024;

const listener = listenTcp({ hostname: "127.0.0.1", port: 0 });
const serving = accept();
const folder = await Deno.makeTempDir();
try {
  Deno.exitCode = await run(Deno.args[0] ?? "kosoku");
} finally {
  await Deno.remove(folder, { recursive: true });
  listener[Symbol.dispose]();
  await serving;
}

async function run(kosoku: string): Promise<number> {
  const address = `127.0.0.1:${listener.address.port}`;
  const { success } = await new Deno.Command(kosoku, { args: [...EXCLUDED, "-o", folder, address] }).output();
  if (!success) console.error("some of the cases could not be run");
  const behaviors = await results();
  const passed = behaviors.filter(([, how]) => isPassed(how));
  for (const [id, how] of behaviors) if (!isPassed(how)) console.log(`${id}: ${how}`);
  console.log(`${passed.length} of ${behaviors.length} cases passed`);
  return passed.length === CASES ? 0 : 1;
}

/** The cases and how each went: messages first, then the close. */
async function results(): Promise<[id: string, behavior: string][]> {
  const index = JSON.parse(await Deno.readTextFile(`${folder}/index.json`));
  const [cases] = Object.values(index) as Record<string, { behavior: string; behaviorClose: string }>[];
  return Object.entries(cases).map(([id, { behavior, behaviorClose }]) => [
    id,
    isPassed(behavior) ? behaviorClose : behavior,
  ]);
}

/** Whether a case went as the RFC wants it; some have nothing that it wants. */
function isPassed(behavior: string): boolean {
  return behavior === "OK" || behavior === "INFORMATIONAL";
}

async function accept(): Promise<void> {
  for await (const connection of listener) {
    void echo(connection).catch(() => {}).then(() => connection.close());
  }
}

async function echo(accepted: Connection): Promise<void> {
  const ahead = { first: new Uint8Array(0), rest: accepted.chunks() };
  const connection = new RewoundConnection(accepted, ahead);
  const head = await readHead(connection, { maxBytes: 16 * 1024, timeoutMs: 5000 });
  const key = await acceptKey(head);
  const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Accept": key };
  await connection.write(formatHead(101, upgrade));
  const reader = new FrameReader(MAX_MESSAGE);
  let parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    for await (const chunk of connection.chunks()) {
      for (const received of reader.push(chunk)) {
        if (received.kind === "close") return await connection.write(closeFrame(received.code));
        if (received.kind === "ping") await connection.write(pongFrame(received.bytes));
        if (received.kind !== "text" && received.kind !== "binary") continue;
        parts.push(received.bytes);
        if (!received.end) continue;
        await connection.write((received.kind === "text" ? textFrame : binaryFrame)(concat(parts)));
        parts = [];
      }
    }
  } catch (error) {
    if (error instanceof ProtocolError) await connection.write(closeFrame(error.code));
  }
}
