import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Connection } from "../../lib/net/connection.ts";
import { listenMemory, memoryPair } from "../../lib/net/memory.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** More than may be on its way before a write waits. */
const MUCH = "x".repeat(1024 * 1024);

const write = (connection: Connection, text: string) => connection.write(encoder.encode(text));

/** Whether a promise settles without anything else being done. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return settled;
}

/** Everything that arrives until the end. */
async function readAll(connection: Connection): Promise<string[]> {
  return await Array.fromAsync(connection.chunks(), (chunk) => decoder.decode(chunk));
}

Deno.test("memoryPair() shows each end the other's address", () => {
  const [server, client] = memoryPair({ server: "192.168.55.13", client: "192.168.55.20" });
  assertEquals([server.peer, client.peer], ["192.168.55.20", "192.168.55.13"]);
});

Deno.test("memoryPair() carries bytes in both directions, in order, until each side ends", async () => {
  const [server, client] = memoryPair();
  async function talk(connection: Connection, words: string[]): Promise<void> {
    for (const word of words) await write(connection, word);
    await connection.closeWrite();
  }
  const [up, down] = await Promise.all([
    readAll(server),
    readAll(client),
    talk(client, ["a", "b", "c"]),
    talk(server, ["1", "2"]),
  ]);
  assertEquals([up, down], [["a", "b", "c"], ["1", "2"]]);
});

Deno.test("MemoryConnection.write() takes a copy of the bytes", async () => {
  const [server, client] = memoryPair();
  const bytes = encoder.encode("abc");
  const writing = server.write(bytes);
  bytes.fill(0x78);
  const [{ value }] = await Promise.all([client.chunks().next(), writing]);
  assertEquals(decoder.decode(value), "abc");
});

Deno.test("MemoryConnection.write() waits for the peer when much is on its way", async () => {
  const [server, client] = memoryPair();
  assertEquals(server.stalledSince, undefined);
  const before = performance.now();
  const writing = write(server, MUCH);
  assert(server.stalledSince! >= before && server.stalledSince! <= performance.now());
  assertEquals(await settles(writing), false);
  await Promise.all([client.chunks().next(), writing]);
  assertEquals(server.stalledSince, undefined);
});

Deno.test("MemoryConnection.stalledSince is not set after a write that failed", async () => {
  const [server, client] = memoryPair();
  client.close();
  server.close();
  await assertRejects(() => write(server, "a"), Deno.errors.BrokenPipe);
  assertEquals(server.stalledSince, undefined);
});

Deno.test("MemoryConnection.closeWrite() lets the peer read what was written, and the other way go on", async () => {
  const [server, client] = memoryPair();
  const writing = write(client, "last");
  await client.closeWrite();
  assertEquals(await readAll(server), ["last"]);
  await writing;
  await assertRejects(() => write(client, "more"), Deno.errors.BrokenPipe);
  const answering = write(server, "answer");
  await server.closeWrite();
  assertEquals(await readAll(client), ["answer"]);
  await answering;
});

Deno.test("MemoryConnection.close() ends both sides at once, and may be called again", async () => {
  const [server, client] = memoryPair();
  const reading = [readAll(server), readAll(client)];
  server.close();
  server.close();
  assertEquals(await Promise.all(reading), [[], []]);
  await assertRejects(() => write(server, "a"), Deno.errors.BrokenPipe);
  await assertRejects(() => write(client, "a"), Deno.errors.BrokenPipe);
});

Deno.test("MemoryConnection.close() ends the writes that are pending, its own and the peer's", async () => {
  const [server, client] = memoryPair();
  const own = write(server, MUCH);
  const peers = write(client, MUCH);
  server.close();
  assertEquals([await settles(peers), await settles(own)], [true, true]);
});

Deno.test("a connection in memory is closed when it is disposed of", async () => {
  const [server, client] = memoryPair();
  {
    using _ = server;
  }
  assertEquals(await readAll(client), []);
});

Deno.test("listenMemory() accepts those who connected before it was asked, and those who do after", async () => {
  using listener = listenMemory();
  const accepted = listener[Symbol.asyncIterator]();
  listener.connect("192.168.55.20");
  listener.connect();
  const peers = [await accepted.next(), await accepted.next()];
  const next = accepted.next();
  const client = listener.connect("192.168.55.22");
  peers.push(await next);
  assertEquals(peers.map(({ value }) => value.peer), ["192.168.55.20", "127.0.0.1", "192.168.55.22"]);
  const [{ value: server }] = peers.slice(-1);
  const writing = write(client, "hi");
  await client.closeWrite();
  assertEquals(await readAll(server), ["hi"]);
  await writing;
});

Deno.test("listenMemory() accepts no more once it is disposed of", async () => {
  const listener = listenMemory();
  const accepting = Array.fromAsync(listener);
  listener[Symbol.dispose]();
  assertEquals(await accepting, []);
  assertThrows(() => listener.connect(), Deno.errors.ConnectionRefused);
});
