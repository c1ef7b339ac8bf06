import { connectTcp } from "../lib/net/tcp.ts";
import type { Connection } from "../lib/net/connection.ts";
import { LineReader } from "../lib/wire/lines.ts";

/** What a room is put under. */
export interface LoadOptions {
  /** The port of the server, on the loopback interface. */
  port: number;
  /** How many are in the room, and how many of them speak. */
  clients: number;
  speakers: number;
  /** How many messages are said, in all, and how many a second; 0 for as fast as they are taken. */
  messages: number;
  rate: number;
}

/** What came of it. */
export interface LoadResult {
  /** Messages that arrived at everyone, a second. */
  perSecond: number;
  /** From saying to arriving, in milliseconds: the middle one, and the one that 99 of 100 stay below. */
  p50: number;
  p99: number;
  /** How many deliveries are missing. */
  lost: number;
}

/** How long, in milliseconds, the deliveries may take after the last message. */
const PATIENCE = 30_000;

/** How many of those in the room look at the times of what arrives; the others only count. */
const OBSERVERS = 5;

const TEXT = "x".repeat(40);
const LF = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Chunks = ReturnType<Connection["chunks"]>;

/** Lets many talk in a room, and measures how their messages arrive. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { port, clients, speakers, messages, rate } = options;
  const expected = messages * (clients - 1);
  const latencies: number[] = [];
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  const count = (lines: number) => (arrived += lines) >= expected && all.resolve();
  const members = await Promise.all(Array.from({ length: clients }, (_, i) => join(port, `client${i}`)));
  const connections = members.map(({ connection }) => connection);
  const reading = members.map(({ chunks }, i) =>
    i >= clients - OBSERVERS ? observe(chunks, latencies, count) : tally(chunks, count)
  );
  const began = performance.now();
  await speak(connections.slice(0, speakers), { messages, rate });
  const late = setTimeout(() => all.resolve(), PATIENCE);
  await all.promise;
  clearTimeout(late);
  const seconds = (performance.now() - began) / 1000;
  for (const connection of connections) connection.close();
  await Promise.allSettled(reading);
  latencies.sort((a, b) => a - b);
  return {
    perSecond: messages / seconds,
    p50: latencies[Math.floor(latencies.length / 2)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    lost: expected - arrived,
  };
}

/** Connects, and reads up to what says that one is in the room and was announced, where nothing was said yet. */
async function join(port: number, name: string): Promise<{ connection: Connection; chunks: Chunks }> {
  const connection = await connectTcp({ hostname: "127.0.0.1", port });
  await connection.write(encoder.encode(`/name ${name}\n/ping\n`));
  const chunks = connection.chunks();
  for (let seen = ""; !seen.includes("-- pong");) seen += decoder.decode((await chunks.next()).value);
  return { connection, chunks };
}

/** Says messages, the speakers in turn, each with the time at which it was said. */
async function speak(
  speakers: Connection[],
  { messages, rate }: { messages: number; rate: number },
): Promise<void> {
  const began = performance.now();
  for (let said = 0; said < messages;) {
    const due = rate === 0
      ? messages
      : Math.min(messages, Math.ceil((performance.now() - began) * rate / 1000));
    const now = performance.now();
    const bySpeaker = new Map<Connection, string>();
    // A speaker says no more than a hundred lines at a time, so that all have their turn.
    for (const end = Math.min(due, said + 100 * speakers.length); said < end; said++) {
      const speaker = speakers[said % speakers.length];
      bySpeaker.set(speaker, `${bySpeaker.get(speaker) ?? ""}@${now} ${TEXT}\n`);
    }
    await Promise.all([...bySpeaker].map(([speaker, lines]) => speaker.write(encoder.encode(lines))));
    await new Promise((resolve) => setTimeout(resolve, rate === 0 ? 0 : 1));
  }
}

/** Counts messages without looking into them: a line with `<` in front. */
async function tally(chunks: Chunks, count: (lines: number) => void): Promise<void> {
  let atStart = true;
  for await (const chunk of chunks) {
    let lines = 0;
    for (let at = 0, end; at < chunk.length; at = end + 1) {
      if (atStart && chunk[at] === 0x3c) lines++;
      end = chunk.indexOf(LF, at);
      atStart = end !== -1;
      if (end === -1) break;
    }
    count(lines);
  }
}

async function observe(
  chunks: Chunks,
  latencies: number[],
  count: (lines: number) => void,
): Promise<void> {
  const reader = new LineReader(8192);
  for await (const chunk of chunks) {
    const now = performance.now();
    let lines = 0;
    for (const line of reader.push(chunk)) {
      const said = typeof line === "string" ? /^<[^>]*> @([\d.]+) /.exec(line)?.[1] : undefined;
      if (said === undefined) continue;
      latencies.push(now - Number(said));
      lines++;
    }
    count(lines);
  }
}
