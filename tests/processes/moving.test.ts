import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { Conversation, type ConversationEvent } from "../../lib/client/core/conversation.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { testWith } from "../helpers/needs.ts";
import { seeded } from "../helpers/numbers.ts";
import { runToEnd, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";

const ROOMS = ["lobby", "kitchen", "hall"];
const CLIENTS = 10;
const KILLS = 3;

/** Someone who goes from room to room and speaks in each, and notes what was said where. */
class Wanderer implements AsyncDisposable {
  readonly conversation: Conversation;
  readonly #name: string;
  readonly #running: Promise<void>;
  /** What was said, by the room for which it was meant. */
  readonly said = new Map<string, string[]>(ROOMS.map((room) => [room, []]));
  readonly failures: ConversationEvent[] = [];

  constructor(conversation: Conversation, name: string) {
    this.conversation = conversation;
    this.#name = name;
    this.#running = this.#watch();
  }

  async wander(random: () => number, over: () => boolean): Promise<void> {
    let room = "lobby";
    for (let n = 0; !over(); n++) {
      if (random() < 0.5) {
        room = ROOMS[Math.floor(random() * ROOMS.length)];
        assertEquals(await this.conversation.send(`/join ${room}`), "sent");
      }
      const text = `${this.#name}:${n}`;
      this.said.get(room)!.push(text);
      await this.conversation.send(text);
      await delay(5 * random());
    }
  }

  /** Whether a `/join` is on its way. */
  get departing(): boolean {
    return this.conversation.unanswered.some(({ moves, sent }) => moves && sent);
  }

  async #watch(): Promise<void> {
    for await (const event of this.conversation.events()) {
      if (event.kind === "unconfirmed" || event.kind === "error") this.failures.push(event);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.conversation.end();
    await this.#running;
    this.conversation[Symbol.dispose]();
  }
}

testWith(
  ["run", "net", "read", "write"],
  "ten clients of one address move while the server is killed between /join and welcome, and lose and misplace nothing",
  async () => {
    await using folder = await Folder.make();
    const data = folder.file("rooms.db");
    const args = ["--data", data, "--rate", "0"];
    let server = await ServerProcess.start(args, folder);
    const address = { hostname: "127.0.0.1", port: server.port };
    const connect = () => connectTcp(address);
    const wanderers: Wanderer[] = [];
    for (let i = 0; i < CLIENTS; i++) {
      const conversation = new Conversation(await connect(), { name: `w${i}`, connect, firstDelay: 30 });
      wanderers.push(new Wanderer(conversation, `w${i}`));
      await conversation.ready;
    }
    let over = false;
    const random = seeded(7);
    const wandering = wanderers.map((wanderer, i) => wanderer.wander(seeded(100 + i), () => over));
    for (let kill = 0; kill < KILLS; kill++) {
      await delay(200 + 200 * random());
      while (!wanderers.some(({ departing }) => departing)) await delay(0);
      server.kill("SIGKILL");
      await server[Symbol.asyncDispose]();
      server = await ServerProcess.start(args, { ...folder, port: address.port });
    }
    await delay(200);
    over = true;
    await Promise.all(wandering);
    for (const wanderer of wanderers) await wanderer[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    assertEquals(wanderers.flatMap(({ failures }) => failures), []);
    let count = 0;
    for (const room of ROOMS) {
      const { output } = await runToEnd("server.ts", ["export", "--data", data, "--room", room], {
        permissions: ["--allow-read", "--allow-write"],
      });
      const texts = output.split("\n").flatMap((line) => /<w\d> (.*)$/.exec(line)?.[1] ?? []);
      for (const [i, { said }] of wanderers.entries()) {
        assertEquals(texts.filter((text) => text.startsWith(`w${i}:`)), said.get(room), `w${i} in ${room}`);
      }
      count += texts.length;
    }
    assert(count > 50, `${count} messages`);
  },
);
