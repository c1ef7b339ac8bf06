import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type Log, MAX_HISTORY } from "../../lib/log/log.ts";
import type { Logs } from "../../lib/log/logs.ts";
import { type Draft, type Entry, isMessage, type Message } from "../../lib/wire/entries.ts";
import { type Need, testWith } from "../helpers/needs.ts";

const ALL = Number.MAX_SAFE_INTEGER;

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

/** One draft of every kind, and texts that a file might not return unchanged. */
const DRAFTS: Draft[] = [
  said("hello"),
  { kind: "action", name: "bob", text: "waves", authorKey: "B", line: 41 },
  { kind: "joined", names: ["carol", "dave"], memberKeys: ["C", "D"] },
  { kind: "left", names: ["carol", "dave"], reason: "tea", memberKeys: ["C", "D"] },
  { kind: "left", names: ["fe80::1%eth0~2"], reason: undefined, memberKeys: ["E"] },
  { kind: "renamed", name: "bob", to: "Ωmega" },
  said(`'; -- "\\ % \u{1f468}\u200d\u{1f469} \ufffd é `),
  said(" "),
  said("007"),
  said("x".repeat(32_000)),
];

/** Opens a room's log, with a listener that keeps what it is handed. */
async function openIn(logs: Logs, room = "lobby"): Promise<{ log: Log; handed: Entry[] }> {
  const log = await logs.open(room);
  const handed: Entry[] = [];
  log.follow((entries) => handed.push(...entries));
  return { log, handed };
}

/** All pages, one after the other. */
async function readAll(log: Log, after: number, bytes: number): Promise<Entry[][]> {
  const pages: Entry[][] = [];
  for (let page; (page = await log.read(after, bytes)).length > 0; after = page[page.length - 1].seq) {
    pages.push(page);
  }
  return pages;
}

const seqs = (entries: Entry[]) => entries.map((entry) => entry.seq);

/** The texts of messages. */
const texts = (entries: Entry[]) => entries.map((entry) => isMessage(entry) ? entry.text : entry.kind);

/** Makes sure that numbers grow from entry to entry. They may skip some, because others may number entries as well. */
function assertGrowing(entries: Entry[]): void {
  let last = 0;
  for (const { seq } of entries) {
    assert(Number.isSafeInteger(seq) && seq > last, `${seq} after ${last}`);
    last = seq;
  }
}

/** Without the fields that are not set. */
const plain = (value: object[]) => JSON.parse(JSON.stringify(value));

/**
 * Registers the tests that the logs of every place must pass. `open` makes a place that is empty and not shared; `needs` are
 * the permissions that this takes. Numbers only grow: nothing here computes one from another.
 */
export function logContract(name: string, open: () => Logs | Promise<Logs>, needs: Need[] = []): void {
  function testLogs(promise: string, run: (logs: Logs) => Promise<void>): void {
    testWith(needs, `${name}: ${promise}`, async () => {
      await using logs = await open();
      await run(logs);
    });
  }

  function test(promise: string, run: (log: Log, handed: Entry[]) => Promise<void>): void {
    testLogs(promise, async (logs) => {
      const { log, handed } = await openIn(logs);
      await using _ = log;
      await run(log, handed);
    });
  }

  test("is empty at first", async (log, handed) => {
    assertEquals([log.last, await log.messages(0)], [0, 0]);
    assertEquals([await log.read(0, ALL), await log.history({ limit: 20 }), handed], [[], [], []]);
  });

  test("append() gives entries numbers that grow", async (log, handed) => {
    for (const size of [1, 3, 1, 2]) {
      const before = log.last;
      await log.append(Array.from({ length: size }, () => said("hi")));
      assert(log.last >= before + size);
      assertEquals(log.last, handed.at(-1)!.seq);
    }
    assertEquals(handed.length, 7);
    assertGrowing(handed);
  });

  test(
    "append() hands over each entry once, in order, before it returns or resolves",
    async (log, handed) => {
      for (const batch of [["a"], ["b", "c", "d"], ["e"]]) {
        const before = handed.length;
        const kept = log.append(batch.map(said));
        if (kept !== undefined) await kept;
        assertEquals(handed.slice(before).map((entry) => isMessage(entry) && entry.text), batch);
      }
      assertEquals(handed.length, 5);
    },
  );

  test("append() hands over what it was given, with number and time", async (log, handed) => {
    const before = Date.now();
    await log.append(DRAFTS);
    const after = Date.now();
    const expected = DRAFTS.map((draft, i) => ({ seq: handed[i].seq, time: handed[i].time, ...draft }));
    assertEquals(plain(handed), plain(expected));
    for (const { time } of handed) assert(time >= before && time <= after, `${time}: not within the append`);
  });

  test("append() has kept what it hands over", async (log, handed) => {
    const reads: (Entry[] | Promise<Entry[]>)[] = [];
    let last = 0;
    log.follow((entries) => {
      last = log.last;
      handed.push(...entries);
      reads.push(log.read(entries[0].seq - 1, ALL));
    });
    await log.append([said("a"), said("b")]);
    assertEquals(last, handed[1].seq);
    assertEquals((await Promise.all(reads)).map(seqs), [seqs(handed)]);
  });

  test("append() keeps what was taken with the drafts, or alone", async (log, handed) => {
    assertEquals(await log.lastLine("A"), 0);
    await log.append([said("hello")], new Map([["A", 7], ["B", 2]]));
    await log.append([], new Map([["A", 9]]));
    assertEquals([await log.lastLine("A"), await log.lastLine("B"), await log.lastLine("C")], [9, 2, 0]);
    assertEquals(texts(handed), ["hello"]);
  });

  test("append() of nothing hands over nothing", async (log, handed) => {
    log.follow((entries) => handed.push(...entries, ...entries));
    await log.append([]);
    assertEquals([handed, log.last], [[], 0]);
  });

  test("search() returns the messages with all of the words, newest first", async (log) => {
    if (log.search === undefined) return;
    const all = ["Tea at four", "no tea", "tea?", "coffee", "the teapot", "four o'clock tea"];
    await log.append(all.map(said));
    await log.append([{ kind: "joined", names: ["tea"], memberKeys: ["T"] }]);
    for (
      const [words, found] of [
        [["tea"], [6, 5, 3, 2, 1]],
        [["eapo"], [5]],
        [["T"], [6, 5, 3, 2, 1]],
        [["fo", "ea"], [6, 1]],
        [["FOUR", "tea"], [6, 1]],
        [["alice", "coffee"], [4]],
        [["nothing"], []],
        ...['"', "tea*", "a OR b", "(", "NEAR(", "-", "name:", "", "'; --"].map((word) =>
          [[word], []] as [string[], number[]]
        ),
      ] as [string[], number[]][]
    ) {
      assertEquals(texts(await log.search(words, 200)), found.map((i) => all[i - 1]), words.join());
    }
    assertEquals(texts(await log.search(["tea"], 2)), [all[5], all[4]]);
  });

  test("id names this life of the log", async (log) => {
    const { id } = log;
    assertNotEquals(id, "");
    await log.append(DRAFTS);
    assertEquals(log.id, id);
  });

  test("read() returns what was handed over", async (log, handed) => {
    await log.append(DRAFTS.slice(0, 4));
    await log.append(DRAFTS.slice(4));
    assertEquals(plain(await log.read(0, ALL)), plain(handed));
  });

  test("read() returns what follows an entry, and nothing from the end on", async (log, handed) => {
    await log.append(["a", "b", "c", "d", "e"].map(said));
    for (const after of [0, handed[0].seq, handed[3].seq, log.last, log.last + 1, log.last + 1000]) {
      const expected = handed.filter(({ seq }) => seq > after);
      assertEquals(seqs(await log.read(after, ALL)), seqs(expected), `after ${after}`);
    }
  });

  test("read() returns pages of about as many bytes as it is asked for", async (log, handed) => {
    const text = "x".repeat(1000);
    for (let i = 0; i < 10; i++) await log.append(Array.from({ length: 20 }, () => said(text)));
    for (const bytes of [3000, 10_000, 64 * 1024]) {
      const pages = await readAll(log, 0, bytes);
      assertEquals(seqs(pages.flat()), seqs(handed));
      assertEquals(handed.length, 200);
      for (const page of pages) {
        assert(page.length * text.length <= bytes, `${page.length} of ${bytes} bytes`);
      }
      assert(pages[0].length * text.length >= bytes / 4, `only ${pages[0].length} of ${bytes} bytes`);
    }
  });

  test("read() returns at least one entry, however large", async (log, handed) => {
    await log.append([
      said("x".repeat(5000)),
      { kind: "renamed", name: "a", to: "b" },
      said("y".repeat(5000)),
    ]);
    for (const bytes of [0, 1, 100]) {
      assertEquals((await readAll(log, 0, bytes)).map(seqs), handed.map(({ seq }) => [seq]));
    }
  });

  test("history() returns the newest messages, in order, and nothing else", async (log, handed) => {
    for (let i = 0; i < 3; i++) await log.append(DRAFTS);
    const messages = handed.filter(isMessage);
    for (const limit of [0, 1, 4, messages.length - 1, messages.length, MAX_HISTORY]) {
      const expected = limit === 0 ? [] : messages.slice(-limit);
      assertEquals(plain(await log.history({ limit })), plain(expected), `limit ${limit}`);
    }
  });

  test("history() finds messages under a lot of presence", async (log) => {
    await log.append([said("a"), said("b")]);
    const presence: Draft = { kind: "joined", names: ["bob"], memberKeys: ["B"] };
    for (let i = 0; i < 50; i++) await log.append(Array.from({ length: 20 }, () => presence));
    assertEquals((await log.history({ limit: 2 })).map((message) => message.text), ["a", "b"]);
  });

  test(`history() returns ${MAX_HISTORY} messages at most`, async (log, handed) => {
    for (let i = 0; i < 5; i++) await log.append(Array.from({ length: 50 }, () => said("hi")));
    for (const limit of [MAX_HISTORY, MAX_HISTORY + 1, ALL]) {
      assertEquals(seqs(await log.history({ limit })), seqs(handed.slice(50)), `limit ${limit}`);
    }
  });

  test("history() returns none from before a time", async (log, handed) => {
    await log.append(["a", "b", "c"].map(said));
    const first = handed[0].time;
    const last = handed[2].time;
    assertEquals(texts(await log.history({ limit: 20, since: 0 })), ["a", "b", "c"]);
    assertEquals(texts(await log.history({ limit: 20, since: first })), ["a", "b", "c"]);
    assertEquals(texts(await log.history({ limit: 2, since: first })), ["b", "c"]);
    assertEquals(texts(await log.history({ limit: 20, since: last + 1 })), []);
  });

  test(
    "history() returns the newest messages after an entry, before one, and between two",
    async (log, handed) => {
      for (let i = 0; i < 60; i++) await log.append(DRAFTS);
      const messages = handed.filter(isMessage);
      for (
        const [after, before] of [[0, 1], [0, 17], [5, 17], [17, 18], [17, 17], [100, 340], [300, 600], [
          599,
          600,
        ]]
      ) {
        const bounds = { after: handed[after].seq, before: handed[before]?.seq ?? log.last + 1 };
        for (const limit of [0, 1, 3, MAX_HISTORY]) {
          const meant = messages.filter(({ seq }) => seq > bounds.after && seq < bounds.before);
          const expected = limit === 0 ? [] : meant.slice(-limit);
          const what = `${limit} after ${after} before ${before}`;
          assertEquals(seqs(await log.history({ limit, ...bounds })), seqs(expected), what);
          if (after === 0) {
            const { before } = bounds;
            const all = messages.filter(({ seq }) => seq < before);
            const expected = limit === 0 ? [] : all.slice(-limit);
            assertEquals(seqs(await log.history({ limit, before })), seqs(expected), what);
          }
        }
      }
    },
  );

  test("history() goes back to the first message, a page after the other", async (log, handed) => {
    for (let i = 0; i < 30; i++) await log.append(DRAFTS);
    const found: Message[] = [];
    for (
      let before, page;
      (page = await log.history({ limit: 7, before })).length > 0;
      before = page[0].seq
    ) {
      found.unshift(...page);
    }
    assertEquals(seqs(found), seqs(handed.filter(isMessage)));
  });

  test("messages() counts what was said up to an entry", async (log, handed) => {
    for (let i = 0; i < 3; i++) await log.append(DRAFTS);
    for (const { seq } of handed) {
      const expected = handed.filter((entry) => isMessage(entry) && entry.seq <= seq).length;
      assertEquals(await log.messages(seq), expected, `up to ${seq}`);
    }
    assertEquals([await log.messages(0), await log.messages(log.last + 5)], [0, 18]);
  });

  testLogs("rooms have numbers, entries, ids and messages of their own", async (logs) => {
    const rooms = await Promise.all(["lobby", "kitchen", "Ω-7"].map((room) => openIn(logs, room)));
    for (let i = 0; i < 5; i++) {
      for (const [n, { log }] of rooms.entries()) {
        const drafts = Array.from({ length: n + 1 }, (_, j) => said(`room ${n}, ${i}.${j}`));
        await log.append([...drafts, { kind: "joined", names: ["bob"], memberKeys: ["B"] }]);
      }
    }
    assertEquals(new Set(rooms.map(({ log }) => log.id)).size, 3);
    for (const [n, { log, handed }] of rooms.entries()) {
      const expected = Array.from(
        { length: 5 * (n + 1) },
        (_, k) => `room ${n}, ${Math.floor(k / (n + 1))}.${k % (n + 1)}`,
      );
      assertEquals(texts(handed.filter(isMessage)), expected);
      assertGrowing(handed);
      assertEquals(plain(await log.read(0, ALL)), plain(handed));
      assertEquals(texts(await log.history({ limit: 200 })), expected);
      assertEquals(texts(await log.history({ limit: 1, before: log.last })), expected.slice(-1));
      assertEquals([log.last, await log.messages(log.last)], [handed.at(-1)!.seq, expected.length]);
      if (log.search !== undefined) {
        assertEquals(texts(await log.search(["room"], 200)), expected.toReversed());
        assertEquals(await log.search([`room ${(n + 1) % 3}`.slice(-1), "room"], 0), []);
        assertEquals(texts(await log.search(["0.0"], 200)), [`room ${n}, 0.0`]);
      }
    }
  });

  testLogs("lastLine() holds over all rooms", async (logs) => {
    const [{ log: lobby }, { log: kitchen }] = [await openIn(logs), await openIn(logs, "kitchen")];
    await lobby.append([said("one")], new Map([["A", 1], ["B", 5]]));
    await kitchen.append([said("two")], new Map([["A", 2]]));
    for (const log of [lobby, kitchen]) {
      assertEquals([await log.lastLine("A"), await log.lastLine("B")], [2, 5]);
    }
    await kitchen[Symbol.asyncDispose]();
    await logs.remove("kitchen");
    assertEquals([await lobby.lastLine("A"), await lobby.lastLine("B")], [2, 5]);
    const { log: again } = await openIn(logs, "kitchen");
    assertEquals(await again.lastLine("A"), 2);
  });

  testLogs("a room that is closed is kept, and goes on where it was", async (logs) => {
    const { log: lobby } = await openIn(logs);
    const { log, handed } = await openIn(logs, "kitchen");
    const { id } = log;
    await log.append(DRAFTS);
    await log[Symbol.asyncDispose]();
    await lobby.append([said("meanwhile")]);
    const { log: again, handed: more } = await openIn(logs, "kitchen");
    assertEquals([again.id, again.last, await again.messages(again.last)], [id, handed.at(-1)!.seq, 6]);
    assertEquals(plain(await again.read(0, ALL)), plain(handed));
    await again.append([said("more")]);
    assertEquals([handed.length, texts(more)], [DRAFTS.length, ["more"]]);
    assertGrowing([...handed, ...more]);
    assertEquals(await again.messages(again.last), 7);
  });

  testLogs("a room that is open is not opened again, and is not removed", async (logs) => {
    const { log } = await openIn(logs, "kitchen");
    await assertRejects(async () => await logs.open("kitchen"), Error, "kitchen is open already");
    await assertRejects(async () => await logs.remove("kitchen"), Error, "kitchen is open");
    await log.append([said("one")]);
    assertEquals(texts(await log.read(0, ALL)), ["one"]);
  });

  testLogs("a room that is removed is gone, and begins again as another one", async (logs) => {
    const { log: lobby } = await openIn(logs);
    await lobby.append([said("tea")]);
    const { log } = await openIn(logs, "kitchen");
    const { id } = log;
    await log.append([said("tea in the kitchen"), said("coffee")]);
    await log.search?.(["tea"], 5);
    await log[Symbol.asyncDispose]();
    await logs.remove("kitchen");
    await logs.remove("never was there");
    assertEquals(await logs.list(10), [{ name: "lobby", messages: 1 }]);
    const { log: again } = await openIn(logs, "kitchen");
    assertNotEquals(again.id, id);
    assertEquals([again.last, await again.messages(0), await again.read(0, ALL)], [0, 0, []]);
    assertEquals(await again.history({ limit: 20 }), []);
    if (again.search !== undefined) assertEquals(await again.search(["tea"], 5), []);
    await again.append([said("new tea")]);
    assertEquals(texts(await again.read(0, ALL)), ["new tea"]);
    if (again.search !== undefined) assertEquals(texts(await again.search(["tea"], 5)), ["new tea"]);
    assertEquals(texts(await lobby.read(0, ALL)), ["tea"]);
  });

  testLogs("list() names the rooms in the order in which they began, with their messages", async (logs) => {
    assertEquals(await logs.list(10), []);
    for (const [i, room] of ["lobby", "zoo", "7", "kitchen"].entries()) {
      const { log } = await openIn(logs, room);
      await log.append([...Array.from({ length: i }, () => said("hi")), {
        kind: "renamed",
        name: "a",
        to: "b",
      }]);
      if (i % 2 === 0) await log[Symbol.asyncDispose]();
    }
    const all = ["lobby", "zoo", "7", "kitchen"].map((name, messages) => ({ name, messages }));
    assertEquals(await logs.list(10), all);
    assertEquals(await logs.list(2), all.slice(0, 2));
    assertEquals(await logs.list(0), []);
    const { log } = await openIn(logs, "7");
    await log.append([said("more")]);
    assertEquals((await logs.list(10))[2], { name: "7", messages: 3 });
  });
}
