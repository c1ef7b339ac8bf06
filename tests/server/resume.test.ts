import { assert, assertEquals } from "@std/assert";
import { MemoryLog } from "../../lib/log/memory.ts";
import { testWith } from "../helpers/needs.ts";
import { startInMemory } from "../helpers/servers.ts";
import { hello, LOGS, overLogs, untilText } from "./harness.ts";

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
  await bob.until("alice joined");
  const { welcome } = await hello(server, { name: "carol", client: "k" });
  assertEquals(welcome.name, "carol");
  assertEquals(await bob.until("is now"), "-- alice is now carol");
  const taken = await hello(server, { name: "bob", client: "k" });
  assertEquals(taken.welcome.name, "carol");
  assertEquals(
    (await taken.peer.untilKind("error")).text,
    'the name "bob" is taken; /name NAME takes another one',
  );
});

overLogs("a key that is someone else's is not taken for a name, and is told to no one", async (server) => {
  const { peer: alice } = await hello(server, { name: "alice", client: "secret-key" });
  await alice.say("/once 1 hello");
  const bob = await server.joinJson("bob");
  await bob.say("/history", "/who", "/once 1 /msg alice hi");
  await untilText(bob, "hi");
  assert(!bob.seen.join().includes("secret-key"));
});

overLogs(
  "whoever breaks off is not written to, and a name is kept for whoever comes back",
  async (server) => {
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
    assertEquals(await bob.until("error"), 'error: the name "alice" is taken; /name NAME takes another one');
    const { welcome } = await hello(server, { client: "k" });
    assertEquals(welcome.name, "alice");
  },
);

overLogs("whoever says /quit is gone at once, and so is whoever breaks off without a key", async (server) => {
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

overLogs(
  "if a stream cannot be continued, one is told why, and gets the last messages",
  async (server, log) => {
    const { peer } = await hello(server, { name: "alice", client: "k" });
    await peer.say("one");
    const { seq } = (await untilText(peer, "one")).at(-1);
    for (
      const [where, why] of [
        [{ log: "another", since: 3 }, /^the server was restarted, and earlier messages are gone/],
        [{ log: log.id, since: seq + 5 }, /^the room has lost the last 5 messages that you saw/],
        [
          { log: log.id, since: seq, time: "2001-01-01T00:00:00.000Z" },
          /^the room was put back to an earlier time/,
        ],
      ] as const
    ) {
      const { peer: again, welcome } = await hello(server, where);
      // Someone may have been told of as gone since.
      assert(welcome.seq >= seq && welcome.seq <= log.last);
      const { text } = await again.untilKind("notice");
      assert(why.test(text), text);
      const { text: past, history } = await again.untilKind("said");
      assertEquals([past, history], ["one", true]);
      again[Symbol.dispose]();
    }
  },
);

Deno.test("if entries are no longer there, one is told how many, and gets those that are", async () => {
  const log = new MemoryLog({ maxBytes: 2000 });
  await using server = startInMemory({ log });
  const bob = await server.joinJson("bob");
  for (let i = 0; i < 50; i++) {
    await bob.say(`line ${i}`);
    await untilText(bob, `line ${i}`);
  }
  for (const sinceOf of [() => 0, () => 1, (first: number) => first - 2]) {
    const [{ seq: first }] = log.read(0, 0);
    const since = sinceOf(first);
    const { peer, welcome } = await hello(server, { log: log.id, since });
    assertEquals(welcome.seq, first - 1);
    assertEquals(
      (await peer.untilKind("notice")).text,
      `you missed ${first - since - 1} messages: the room does not keep them any more`,
    );
    assertEquals((await peer.json()).seq, first);
    // The arrival is an entry too, which may push out the first one.
    await peer.until(`"names":["${welcome.name}"]`);
  }
  const [{ seq: first }] = log.read(0, 0);
  const { peer, welcome } = await hello(server, { log: log.id, since: first - 1 });
  assertEquals(welcome.seq, first - 1);
  assertEquals((await peer.json()).seq, first);
});

for (const [kind, make, needs] of LOGS) {
  testWith(
    needs,
    `whoever is far behind is fed in pages, in order, and delays nobody, over a log ${kind}`,
    async () => {
      const many = 10_000;
      await using log = await make();
      // Before the server starts, so that it has to read them from the log.
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
