import { assert, assertEquals } from "@std/assert";
import {
  Conversation,
  type ConversationEvent,
  type ConversationOptions,
} from "../../../lib/client/core/conversation.ts";
import { talk } from "../../../lib/client/core/talk.ts";
import { MovingServer, type MovingServerOptions } from "../../helpers/moving_server.ts";
import { seeded } from "../../helpers/numbers.ts";

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** Says lines on a server that the test plays, up to the end. */
async function say(
  lines: readonly string[],
  { server, ...options }: { server: MovingServer } & ConversationOptions,
) {
  const { connect } = server;
  const events: ConversationEvent[] = [];
  using conversation = new Conversation(await connect(), {
    name: "alice",
    connect,
    firstDelay: 1,
    ...options,
  });
  const { problem } = await talk(conversation, {
    input: each(lines),
    show: (event) => void events.push(event),
    showOwn() {},
    follow: false,
  });
  return { problem, events, room: conversation.room, kinds: events.map(({ kind }) => kind) };
}

/** The lines that a member says in a few rooms, and what is then in each of them. */
const WALK = [
  "a1",
  "a2",
  "/join kitchen",
  "k1",
  "k2",
  "/join kitchen",
  "k3",
  "/join lobby",
  "a3",
  "/j hall",
  "h1",
];
const SAID: Record<string, string[]> = {
  lobby: ["a1", "a2", "a3"],
  kitchen: ["k1", "k2", "k3"],
  hall: ["h1"],
};

/** How many places there are at which a connection can break. */
async function places(options: MovingServerOptions = {}): Promise<number> {
  let count = 0;
  await say(WALK, { server: new MovingServer({ ...options, cuts: () => ++count < 0 }) });
  return count;
}

Deno.test("whoever moves says everything once, in order, and in its room, wherever the connection breaks", async () => {
  const all = await places();
  assert(all > 40, `${all}`);
  for (let at = 1; at <= all; at++) {
    let passed = 0;
    let where = "";
    const server = new MovingServer({
      cuts: (what) => ++passed === at && (where = what) !== "",
    });
    const { problem, kinds } = await say(WALK, { server });
    // Before the first welcome, nobody knows that it is a server of this kind.
    if (at <= 2) {
      assertEquals([problem, server.textsIn("lobby")], ["the connection was lost", []]);
      continue;
    }
    for (const [room, texts] of Object.entries(SAID)) {
      assertEquals(server.textsIn(room), texts, `${room}, cut at ${at}: ${where}`);
    }
    const unconfirmed = kinds.filter((kind) => kind === "unconfirmed" || kind === "error");
    assertEquals([problem, unconfirmed], [undefined, []], `cut at ${at}: ${where}`);
    assertEquals(server.broken, 1);
  }
});

Deno.test("ten clients that move while connections break at random, above all between /join and welcome, lose nothing", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seeded(seed);
    let settled = 0;
    const server = new MovingServer({
      cuts(what) {
        // Until all have been welcomed, a connection that breaks is none that comes back.
        if (settled < 10) return what.includes('"welcome"') && ++settled > 10;
        return random() < (what.startsWith("moved") || what.includes('"welcome"') ? 0.3 : 0.03);
      },
    });
    const rooms = ["lobby", "kitchen", "hall"];
    const meant = new Map<string, string[]>();
    const clients = Array.from({ length: 10 }, (_, i) => {
      const choose = seeded(100 * seed + i);
      let room = "lobby";
      const lines: string[] = [];
      for (let n = 0; n < 30; n++) {
        if (choose() < 0.3) lines.push(`/join ${room = rooms[Math.floor(choose() * 3)]}`);
        const text = `${i}:${n}`;
        lines.push(text);
        meant.set(`${room} ${i}`, [...meant.get(`${room} ${i}`) ?? [], text]);
      }
      return say(lines, { server });
    });
    for (const { problem, kinds } of await Promise.all(clients)) {
      assertEquals([problem, kinds.includes("unconfirmed")], [undefined, false], `seed ${seed}`);
    }
    assert(server.broken > 20, `${server.broken} connections broke`);
    for (const room of rooms) {
      for (let i = 0; i < 10; i++) {
        const said = server.textsIn(room).filter((text) => text.startsWith(`${i}:`));
        assertEquals(said, meant.get(`${room} ${i}`) ?? [], `seed ${seed}, client ${i} in ${room}`);
      }
    }
  }
});

Deno.test("after a room that cannot be joined nothing more is said, and that is no success", async () => {
  const refuses = (room: string) => room === "hall" ? "no more rooms can be open" : undefined;
  for (let at = 0; at < 25; at++) {
    let passed = 0;
    const server = new MovingServer({ refuses, cuts: () => at > 2 && ++passed === at });
    const { problem } = await say(["one", "/join hall", "two", "/join kitchen", "three"], { server });
    assert(problem !== undefined);
    assertEquals([server.textsIn("lobby"), server.textsIn("hall"), server.textsIn("kitchen")], [
      ["one"],
      [],
      [],
    ]);
  }
  const server = new MovingServer({ refuses });
  const { problem, events } = await say(["/join hall", "two"], { server });
  assertEquals(problem, 'you are still in lobby: "/join hall" did not work, and nothing after it was said');
  assertEquals(events.filter(({ kind }) => kind === "error"), [
    { kind: "error", text: "no more rooms can be open", said: "/join hall" },
  ]);
});

Deno.test("a room that cannot be joined at first ends the conversation with its reason", async () => {
  const server = new MovingServer({ refuses: () => "no more rooms can be open" });
  const { problem } = await say(["two"], { server, room: "hall" });
  assertEquals(problem, "no more rooms can be open");
});

Deno.test("whoever is told to stay says nothing that was to follow, and may say other things", async () => {
  const server = new MovingServer({ refuses: (room) => room === "hall" ? "no" : undefined });
  const { connect } = server;
  using conversation = new Conversation(await connect(), { connect });
  const errors: ConversationEvent[] = [];
  const running = (async () => {
    for await (const event of conversation.events()) if (event.kind === "error") errors.push(event);
  })();
  const outcomes = await Promise.all(
    ["/join hall", "x", "/join kitchen", "y"].map((line) => conversation.send(line)),
  );
  assertEquals(outcomes, ["stayed", "sent", "stayed", "sent"]);
  assertEquals(await conversation.send("fine"), "sent");
  await conversation.end();
  await running;
  const why = "not said, because you are in lobby";
  assertEquals(errors, [
    { kind: "error", text: "no", said: "/join hall" },
    ...["x", "/join kitchen", "y"].map((said) => ({ kind: "error" as const, text: why, said })),
  ]);
  assertEquals([server.textsIn("lobby"), server.textsIn("kitchen")], [["fine"], []]);
});

Deno.test("the events tell where one is, and where one was", async () => {
  const { events, room } = await say(["/join kitchen"], { server: new MovingServer(), room: "hall" });
  const welcomes = events.filter((event) => event.kind === "welcome");
  assertEquals(welcomes.map(({ room, from }) => [room, from]), [["hall", undefined], ["kitchen", "hall"]]);
  assertEquals(room, "kitchen");
});
