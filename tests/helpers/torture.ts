import { delay } from "@std/async/delay";
import { deadline } from "@std/async/deadline";
import { connectSocket } from "../../lib/client/web/socket.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { CuttingProxy } from "./cutting_proxy.ts";
import { seeded } from "./numbers.ts";
import { type Carrier, PATIENCE_MS, Witness } from "./witness.ts";

/** The longest time that someone who moves stays in a room, in milliseconds. */
const MOVE_EVERY_MS = 400;

/** What a room goes through while many talk in it. */
export interface TortureOptions {
  seed: number;
  /** How many are in the room, and how many of them speak. */
  clients: number;
  speakers: number;
  /** Every how many of them comes over WebSocket, as the page does. */
  browserEvery: number;
  /** The rooms between which all of them move, at random; without it they stay in the lobby. */
  rooms?: readonly string[];
  /** How many connections are cut, and the longest time between two cuts, in milliseconds. */
  cuts: number;
  cutEvery: number;
  /** The port of the server. */
  port: number;
  /** What else happens to them while their connections are cut. All of it is over when both are. */
  meanwhile?(random: () => number, witnesses: readonly Witness[]): Promise<void>;
}

/** What became of them. */
export interface Tortured {
  witnesses: Witness[];
  cuts: CuttingProxy["cuts"];
}

/**
 * Lets all of them come in. Those over WebSocket come last: from an address with a browser, a server lets whoever is silent
 * wait for longer.
 */
async function joinAll(address: CuttingProxy["address"], options: TortureOptions): Promise<Witness[]> {
  const { clients, browserEvery } = options;
  const tcp: Carrier = { browser: false, connect: () => connectTcp(address) };
  const url = `ws://${address.hostname}:${address.port}/chat`;
  const page: Carrier = {
    browser: true,
    connect: (signal = new AbortController().signal) => connectSocket(url, signal),
  };
  const carriers = Array.from({ length: clients }, (_, i) => i % browserEvery === 1 ? page : tcp);
  const witnesses: Witness[] = [];
  for (const carrier of [tcp, page]) {
    for (const [i, one] of carriers.entries()) {
      if (one === carrier) witnesses[i] = await Witness.join(carrier, `w${i}`);
    }
  }
  return witnesses;
}

/** Has something said in each room, without which it would end, and begin anew, while nobody is in it. */
async function keepAll(rooms: readonly string[], witness: Witness): Promise<void> {
  for (const room of rooms) {
    await witness.move(room);
    await witness.say("first");
  }
  await witness.until(() => witness.conversation.unanswered.length === 0);
}

/** Lets many talk while their connections are cut, and returns what they saw once all is quiet again. */
export async function torture(options: TortureOptions): Promise<Tortured> {
  const random = seeded(options.seed);
  await using proxy = new CuttingProxy(options.port);
  const witnesses = await joinAll(proxy.address, options);
  const { rooms = [] } = options;
  await keepAll(rooms, witnesses[0]);
  let over = false;
  const speaking = witnesses.slice(0, options.speakers).map(async (witness, i) => {
    const pause = seeded(options.seed + 1 + i);
    for (let n = 0; !over; n++) {
      await witness.say(`${i}:${n}`);
      await delay(10 * pause());
    }
  });
  const moving = rooms.length === 0 ? [] : witnesses.map(async (witness, i) => {
    const choice = seeded(options.seed + 1000 + i);
    while (!over) {
      await delay(MOVE_EVERY_MS * choice());
      await witness.move(rooms[Math.floor(rooms.length * choice())]);
    }
  });
  const cutting = (async () => {
    for (let i = 0; i < options.cuts; i++) {
      await delay(options.cutEvery * random());
      proxy.cut(random);
    }
  })();
  await Promise.all([cutting, options.meanwhile?.(random, witnesses)]);
  over = true;
  proxy.calm();
  for (const { conversation } of witnesses) conversation.hurry();
  await deadline(Promise.all([...speaking, ...moving]), PATIENCE_MS).catch((cause) => {
    throw new Error(`waited too long:\n${witnesses.map(({ summary }) => summary).join("\n")}`, { cause });
  });
  for (const witness of witnesses) await witness.until(() => witness.conversation.unanswered.length === 0);
  for (const witness of witnesses) await witness.until(() => witness.stay.room === witness.heading);
  for (const [, together] of Map.groupBy(witnesses, ({ stay }) => stay.room)) {
    const last = Math.max(...together.map((witness) => witness.last));
    for (const witness of together) await witness.until(() => witness.last >= last);
  }
  await Promise.all(witnesses.map((witness) => witness.end()));
  return { witnesses, cuts: proxy.cuts };
}
