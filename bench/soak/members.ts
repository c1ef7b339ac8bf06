import { delay } from "@std/async/delay";
import { Conversation } from "../../lib/client/core/conversation.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { LineReader } from "../../lib/wire/lines.ts";
import { harass, type Hostility } from "../../tests/helpers/hostile.ts";
import { Story } from "./story.ts";

const encoder = new TextEncoder();

/** Where the members of a soak go, and until when they stay. */
export interface Place {
  /** The port of the server, on the loopback interface. */
  port: number;
  /** Aborted when it is over. */
  signal: AbortSignal;
  /** Is given how long each message took, in milliseconds. */
  latency(ms: number): void;
}

/** A member that reads all that it gets, and perhaps speaks. */
export interface Honest {
  /** What it heard. */
  story: Story;
  /** Says a line. */
  say(line: string): Promise<void>;
  /** Its name. */
  name: string;
  /** Resolves when it has left. */
  left: Promise<void>;
  /** Leaves. */
  leave(): void;
}

/** Someone with `nc`, who hears everything. */
export async function honest(name: string, { port, latency }: Place, measured: boolean): Promise<Honest> {
  const connection = await connectTcp({ hostname: "127.0.0.1", port });
  await connection.write(encoder.encode(`/name ${name}\n`));
  const story = new Story(measured ? latency : undefined);
  const left = (async () => {
    const reader = new LineReader(64 * 1024);
    for await (const chunk of connection.chunks()) {
      for (const line of reader.push(chunk)) {
        const match = typeof line === "string" ? /^<([^>]+)> (.*)$/.exec(line) : null;
        if (match !== null) story.take(match[1], match[2]);
      }
    }
  })().catch(() => {});
  return {
    name,
    story,
    left,
    say: (line) => connection.write(encoder.encode(`${line}\n`)),
    leave: () => connection.close(),
  };
}

/** Someone with the client, whose connection breaks again and again, and who hears everything all the same. */
export async function reconnecting(
  name: string,
  { port, signal }: Place,
  { random, counted }: { random: () => number; counted: () => void },
): Promise<Honest> {
  let current: Connection | undefined;
  const connect = async () => current = await connectTcp({ hostname: "127.0.0.1", port });
  const conversation = new Conversation(await connect(), { name, connect, firstDelay: 200 });
  // What is missed while there is no connection comes late, and says nothing about the server.
  const story = new Story();
  const left = (async () => {
    for await (const event of conversation.events()) {
      if (event.kind === "said" && !event.history) story.take(event.name, event.text);
    }
  })();
  (async () => {
    while (!signal.aborted) {
      await delay(3000 + 12_000 * random(), { signal }).catch(() => {});
      if (signal.aborted) return;
      current?.close();
      counted();
    }
  })();
  return {
    name,
    story,
    left,
    say: async (line) => void await conversation.send(line),
    leave: () => conversation[Symbol.dispose](),
  };
}

/** Someone who reads a little now and then, and so is always behind, or reads nothing for minutes. */
export async function slow(name: string, { port, signal }: Place, pause: number): Promise<void> {
  while (!signal.aborted) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const stop = () => conn.close();
    signal.addEventListener("abort", stop);
    try {
      await conn.write(encoder.encode(`/name ${name}\n`));
      const little = new Uint8Array(2048);
      while (await conn.read(little) !== null) await delay(pause, { signal });
    } catch {
      // It was closed for not reading, as it should, or it is over.
    }
    signal.removeEventListener("abort", stop);
    if (!signal.aborted) conn.close();
  }
}

/** Someone who sends what broken and hostile programs send, from one connection to the next. Gives how many lines. */
export async function hostile({ port, signal }: Place, hostility: Hostility): Promise<number> {
  let lines = 0;
  while (!signal.aborted) {
    lines += await harass(port, hostility, 5);
    await delay(500 + hostility.below(2000), { signal }).catch(() => {});
  }
  return lines;
}
