import { assert, assertEquals } from "@std/assert";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import { openTemporary, SlowLog } from "../helpers/logs.ts";
import { type Need, testWith } from "../helpers/needs.ts";
import type { Peer } from "../helpers/peer.ts";
import { startInMemory, type TestOptions, type TestServer } from "../helpers/servers.ts";

const LOGS: [kind: string, make: () => Log | Promise<Log>, needs: Need[]][] = [
  ["in memory", () => new MemoryLog(), []],
  ["that takes its time", () => new SlowLog(new MemoryLog()), []],
  ["in a file", openTemporary, ["read", "write"]],
];

// deno-lint-ignore no-explicit-any
type Json = any;

/** Connects as a rich client; gives the peer, and its welcome. */
async function hello(server: TestServer, fields: object): Promise<{ peer: Peer; welcome: Json }> {
  const peer = await server.connect();
  await peer.say(`/hello ${JSON.stringify({ format: "json", ...fields })}`);
  return { peer, welcome: await peer.untilKind("welcome") };
}

/** The objects that come until one says this text. */
async function untilText(peer: Peer, text: string): Promise<Json[]> {
  const objects: Json[] = [];
  do objects.push(await peer.json()); while (objects.at(-1)?.text !== text);
  return objects;
}

/** A test over every log. */
function overLogs(
  promise: string,
  run: (server: TestServer, log: Log) => Promise<void>,
  options: TestOptions = {},
) {
  for (const [kind, make, needs] of LOGS) {
    testWith(needs, `${promise}, over a log ${kind}`, async () => {
      await using log = await make();
      await using server = startInMemory({ ...options, log });
      await run(server, log);
    });
  }
}

overLogs(
  "a connection that broke is continued without gap or duplicate, and nobody sees it",
  async (server) => {
    const bob = await server.joinJson("bob");
    const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
    await peer.say("one");
    const [own] = (await untilText(peer, "one")).slice(-1);
    assertEquals([own.own, own.name], [true, "alice"]);
    peer[Symbol.dispose]();
    await bob.say("two", "three");
    await untilText(bob, "three");
    const again = await hello(server, {
      name: "alice",
      client: "k",
      log: welcome.log,
      since: own.seq,
      time: own.time,
    });
    assertEquals([again.welcome.name, again.welcome.seq, again.welcome.log], ["alice", own.seq, welcome.log]);
    await again.peer.say("four");
    const seen = await untilText(again.peer, "four");
    assertEquals(seen.map(({ seq, text }) => [seq, text]), [
      [own.seq + 1, "two"],
      [own.seq + 2, "three"],
      [own.seq + 3, "four"],
    ]);
    await untilText(bob, "four");
    assertEquals(
      bob.seen.filter((line) => /"left"|"joined".*alice/.test(line)).length,
      1,
      "alice came, once",
    );
  },
);

overLogs(
  "one's own entries that one missed come back as one's own, with their numbers",
  async (server, log) => {
    const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
    await peer.say("/once 1 one", "/once 2 /me waves", "/once 5 five");
    const last = (await untilText(peer, "five")).at(-1);
    const { peer: late } = await hello(server, { client: "k", log: log.id, since: welcome.seq });
    const seen = await untilText(late, "five");
    assertEquals(
      seen.filter(({ kind }) => kind !== "joined").map((
        { text, own, line, kind },
      ) => [kind, text, own, line]),
      [["said", "one", true, 1], ["action", "waves", true, 2], ["said", "five", true, 5]],
    );
    assertEquals(seen.at(-1).seq, last.seq);
    const bob = await hello(server, { client: "another", log: log.id, since: 0 });
    assertEquals((await untilText(bob.peer, "five")).filter(({ own, line }) => own || line), []);
  },
);

overLogs("/once does each number once, in ascending order, on whatever connections", async (server, log) => {
  const bob = await server.join("bob");
  const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
  assertEquals(welcome.taken, 0);
  await peer.say(
    "/once 1 one",
    "/once 1 one again",
    "/once 7 /msg bob seven",
    "/once 6 six",
    "/once 8 eight",
  );
  await untilText(peer, "eight");
  const again = await hello(server, { client: "k" });
  assertEquals(again.welcome.taken, 8);
  await again.peer.say("/once 7 /msg bob seven", "/once 8 eight", "/once 9 nine");
  await untilText(again.peer, "nine");
  await bob.until("nine");
  assertEquals(
    bob.seen.filter((line) => /^[<[]alice/.test(line)).sort(),
    ["<alice> one", "[alice] seven", "<alice> eight", "<alice> nine"].sort(),
  );
  assertEquals(await log.lastLine("k"), 0, "the key itself is not kept");
});

overLogs("what answers /once tells its number: receipt, private receipt, error", async (server) => {
  await server.join("bob");
  const { peer } = await hello(server, { name: "alice", client: "k" });
  const lines = [
    "/once 1 hi",
    "/once 2 /msg bob psst",
    "/once 3 /msg nobody psst",
    `/once 4 ${"x".repeat(101)}`,
    "/once 5 ",
    "/once 6 /who",
    "/once 7 /nothing",
    `/once 8 ${"y".repeat(5000)}`,
    "/once 9 \x1b",
    `/once 10 ${"z".repeat(100)}`,
    "/ping over",
  ];
  await peer.say(...lines);
  const answers: Record<number, string> = {};
  while (Object.keys(answers).length < 10) {
    const { kind, line, to, own } = await peer.json();
    if (line !== undefined) answers[line] = kind === "private" ? `to ${to}` : own ? "receipt" : kind;
  }
  assertEquals(answers, {
    1: "receipt",
    2: "to bob",
    ...Object.fromEntries([3, 4, 5, 6, 7, 8, 9].map((line) => [line, "error"])),
    10: "receipt",
  });
}, { maxLine: 100 });

overLogs("/once that is none is refused", async (server) => {
  const { peer } = await hello(server, { name: "alice", client: "k" });
  for (const line of ["/once", "/once 0 hello", "/once x hello", "/once -1 hello", "/once 1.5 hello"]) {
    await peer.say(line);
    assertEquals(
      (await peer.untilKind("error")).text,
      "that is not how /once is used: /once N LINE, where N is a number",
    );
  }
});

overLogs("a new connection of the same client replaces the old one at once", async (server) => {
  const bob = await server.join("bob");
  const { peer: old } = await hello(server, { name: "alice", client: "k" });
  await bob.until("alice joined");
  const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
  assertEquals(welcome.name, "alice");
  const closed = await old.untilKind("closed");
  assertEquals([closed.text, closed.retry], ["you are here on another connection now", false]);
  assertEquals(await old.rest(), []);
  await peer.say("still here", "/who");
  assertEquals(await bob.next(), "<alice> still here");
  assertEquals((await peer.untilKind("notice")).text, "2 here: alice, bob");
});

overLogs("one that comes back may take another name", async (server) => {
  const bob = await server.join("bob");
  await hello(server, { name: "alice", client: "k" });
  const { welcome } = await hello(server, { name: "carol", client: "k" });
  assertEquals(welcome.name, "carol");
  assertEquals(await bob.until("is now"), "-- alice is now carol");
  const taken = await hello(server, { name: "bob", client: "k" });
  assertEquals(taken.welcome.name, "carol");
  assertEquals((await taken.peer.untilKind("error")).text, 'the name "bob" is taken');
});

overLogs("a key that is someone else's is not taken for a name, and is told to no one", async (server) => {
  const { peer: alice } = await hello(server, { name: "alice", client: "secret-key" });
  await alice.say("/once 1 hello");
  const bob = await server.joinJson("bob");
  await bob.say("/history", "/who", "/once 1 /msg alice hi");
  await untilText(bob, "hi");
  assert(!bob.seen.join().includes("secret-key"));
});

overLogs("who breaks off is not written to, and a name is kept for who comes back", async (server) => {
  const bob = await server.join("bob");
  const { peer } = await hello(server, { name: "alice", client: "k" });
  await bob.until("alice joined");
  peer[Symbol.dispose]();
  const sent = async () => {
    await bob.say("/msg alice psst");
    return await bob.next();
  };
  let answer;
  while ((answer = await sent()) === "[to alice] psst");
  assertEquals(answer, "error: alice has lost the connection; your message was not sent");
  await bob.say("/name alice");
  assertEquals(await bob.until("error"), 'error: the name "alice" is taken');
  const { welcome } = await hello(server, { client: "k" });
  assertEquals(welcome.name, "alice");
});

overLogs("who says /quit is gone at once, and so is one without a key that breaks off", async (server) => {
  const bob = await server.join("bob");
  const { peer } = await hello(server, { name: "alice", client: "k" });
  await bob.until("alice joined");
  await peer.say("/quit tea");
  assertEquals(await bob.until("left"), "-- alice left: tea");
  const carol = await server.joinJson("carol");
  await bob.until("carol joined");
  carol[Symbol.dispose]();
  assert((await bob.until("left")).startsWith("-- carol left"));
});

overLogs("/hello after 300 ms takes up again what was lost", async (server) => {
  const { peer: first, welcome } = await hello(server, { name: "alice", client: "k" });
  await first.say("one");
  const { seq, time } = (await untilText(first, "one")).at(-1);
  first[Symbol.dispose]();
  const late = await server.connect();
  await late.until("-- you are 127.0.0.1");
  await late.say(
    `/hello ${
      JSON.stringify({ name: "alice", format: "json", client: "k", log: welcome.log, since: seq, time })
    }`,
  );
  const again = await late.untilKind("welcome");
  assertEquals([again.name, again.seq], ["alice", seq]);
  await late.say("two", "/who");
  assertEquals((await untilText(late, "1 here: alice")).filter(({ text }) => text === "one"), []);
});

overLogs("where it cannot be continued one is told why, and gets the last messages", async (server, log) => {
  const { peer } = await hello(server, { name: "alice", client: "k" });
  await peer.say("one");
  const { seq } = (await untilText(peer, "one")).at(-1);
  for (
    const [where, why] of [
      [{ log: "another", since: 3 }, /^this is not the room that you were in before/],
      [{ log: log.id, since: seq + 5 }, /^the room has lost the last 5 messages that you saw/],
      [
        { log: log.id, since: seq, time: "2001-01-01T00:00:00.000Z" },
        /^the room was put back to an earlier time/,
      ],
    ] as const
  ) {
    const { peer: again, welcome } = await hello(server, where);
    assertEquals(welcome.seq, log.last);
    const { text } = await again.untilKind("notice");
    assert(why.test(text), text);
    const { text: past, history } = await again.untilKind("said");
    assertEquals([past, history], ["one", true]);
    again[Symbol.dispose]();
  }
});

Deno.test("where entries are no longer there one is told how many, and gets those that are", async () => {
  const log = new MemoryLog({ maxBytes: 2000 });
  await using server = startInMemory({ log });
  const bob = await server.joinJson("bob");
  for (let i = 0; i < 50; i++) {
    await bob.say(`line ${i}`);
    await untilText(bob, `line ${i}`);
  }
  const [{ seq: first }] = log.read(0, 0);
  for (const since of [0, 1, first - 2]) {
    const { peer, welcome } = await hello(server, { log: log.id, since });
    assertEquals(welcome.seq, first - 1);
    assertEquals(
      (await peer.untilKind("notice")).text,
      `you missed ${first - since - 1} messages: the room does not keep them any more`,
    );
    assertEquals((await peer.json()).seq, first);
  }
  const { peer, welcome } = await hello(server, { log: log.id, since: first - 1 });
  assertEquals(welcome.seq, first - 1);
  assertEquals((await peer.json()).seq, first);
});

for (const [kind, make, needs] of LOGS) {
  testWith(
    needs,
    `who is far behind is fed in pages, in order, and delays nobody, over a log ${kind}`,
    async () => {
      const many = 10_000;
      await using log = await make();
      // Before the server begins, so that it has to read them.
      for (let i = 0; i < many; i += 1000) {
        await log.append(
          Array.from(
            { length: 1000 },
            (_, n) => ({ kind: "said", name: "old", text: `line ${i + n}`, authorKey: "old" }),
          ),
        );
      }
      await using server = startInMemory({ log });
      const alice = await server.joinJson("alice");
      const bob = await server.joinJson("bob");
      const { peer: far } = await hello(server, { name: "far", client: "k", log: log.id, since: 0 });
      let behind = 0;
      const reading = (async () => {
        for (let next = 1, text; text !== "hello";) {
          const entry = await far.json();
          if (entry.seq === undefined) continue;
          assertEquals(entry.seq, next++);
          text = entry.text;
          behind = entry.seq;
        }
      })();
      await alice.say("hello");
      await untilText(bob, "hello");
      assert(behind < many, "it was to be behind still");
      await reading;
    },
  );
}
