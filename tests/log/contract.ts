import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Log, MAX_HISTORY } from "../../lib/log/log.ts";
import { type Draft, type Entry, isMessage } from "../../lib/wire/entries.ts";
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

/** A log with a listener that keeps what it is handed. */
async function openWith(open: () => Log | Promise<Log>): Promise<{ log: Log; handed: Entry[] }> {
  const log = await open();
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
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Without the fields that are not set. */
const plain = (value: object[]) => JSON.parse(JSON.stringify(value));

/**
 * Registers the tests that every log must pass. `open` makes one that is empty and not shared; `needs` are the
 * permissions that this takes.
 */
export function logContract(name: string, open: () => Log | Promise<Log>, needs: Need[] = []): void {
  function test(promise: string, run: (log: Log, handed: Entry[]) => Promise<void>): void {
    testWith(needs, `${name}: ${promise}`, async () => {
      const { log, handed } = await openWith(open);
      await using _ = log;
      await run(log, handed);
    });
  }

  test("is empty at first", async (log, handed) => {
    assertEquals(log.last, 0);
    assertEquals([await log.read(0, ALL), await log.history({ limit: 20 }), handed], [[], [], []]);
  });

  test("append() numbers entries from 1, without a gap", async (log, handed) => {
    for (const size of [1, 3, 1, 2]) {
      const before = log.last;
      await log.append(Array.from({ length: size }, () => said("hi")));
      assertEquals(log.last, before + size);
    }
    assertEquals(seqs(handed), numbers(1, 7));
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
    const expected = DRAFTS.map((draft, i) => ({ seq: i + 1, time: handed[i].time, ...draft }));
    assertEquals(plain(handed), plain(expected));
    for (const { time } of handed) assert(time >= before && time <= after, `${time}: not within the append`);
  });

  test("append() has kept what it hands over", async (log) => {
    const reads: (Entry[] | Promise<Entry[]>)[] = [];
    let last = 0;
    log.follow((entries) => {
      last = log.last;
      reads.push(log.read(entries[0].seq - 1, ALL));
    });
    await log.append([said("a"), said("b")]);
    assertEquals(last, 2);
    assertEquals((await Promise.all(reads)).map(seqs), [[1, 2]]);
  });

  test("append() keeps what was taken with the drafts, or alone", async (log, handed) => {
    assertEquals(await log.lastLine("A"), 0);
    await log.append([said("hello")], new Map([["A", 7], ["B", 2]]));
    await log.append([], new Map([["A", 9]]));
    assertEquals([await log.lastLine("A"), await log.lastLine("B"), await log.lastLine("C")], [9, 2, 0]);
    assertEquals(seqs(handed), [1]);
  });

  test("append() of nothing hands over nothing", async (log, handed) => {
    log.follow((entries) => handed.push(...entries, ...entries));
    await log.append([]);
    assertEquals([handed, log.last], [[], 0]);
  });

  test("search() returns the messages with all of the words, newest first", async (log) => {
    if (log.search === undefined) return;
    const texts = ["Tea at four", "no tea", "tea?", "coffee", "the teapot", "four o'clock tea"];
    await log.append(texts.map(said));
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
      assertEquals(seqs(await log.search(words, 200)), found, words.join());
    }
    assertEquals(seqs(await log.search(["tea"], 2)), [6, 5]);
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

  test("read() returns what follows an entry, and nothing from the end on", async (log) => {
    await log.append(["a", "b", "c", "d", "e"].map(said));
    for (const after of [0, 1, 4, 5, 6, 1000]) {
      assertEquals(seqs(await log.read(after, ALL)), numbers(after + 1, 5).slice(0, Math.max(0, 5 - after)));
    }
  });

  test("read() returns pages of about as many bytes as it is asked for", async (log) => {
    const text = "x".repeat(1000);
    for (let i = 0; i < 10; i++) await log.append(Array.from({ length: 20 }, () => said(text)));
    for (const bytes of [3000, 10_000, 64 * 1024]) {
      const pages = await readAll(log, 0, bytes);
      assertEquals(seqs(pages.flat()), numbers(1, 200));
      for (const page of pages) {
        assert(page.length * text.length <= bytes, `${page.length} of ${bytes} bytes`);
      }
      assert(pages[0].length * text.length >= bytes / 4, `only ${pages[0].length} of ${bytes} bytes`);
    }
  });

  test("read() returns at least one entry, however large", async (log) => {
    await log.append([
      said("x".repeat(5000)),
      { kind: "renamed", name: "a", to: "b" },
      said("y".repeat(5000)),
    ]);
    for (const bytes of [0, 1, 100]) {
      assertEquals((await readAll(log, 0, bytes)).map(seqs), [[1], [2], [3]]);
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

  test(`history() returns ${MAX_HISTORY} messages at most`, async (log) => {
    for (let i = 0; i < 5; i++) await log.append(Array.from({ length: 50 }, () => said("hi")));
    for (const limit of [MAX_HISTORY, MAX_HISTORY + 1, ALL]) {
      assertEquals(seqs(await log.history({ limit })), numbers(51, 250), `limit ${limit}`);
    }
  });

  test("history() returns none from before a time", async (log, handed) => {
    await log.append(["a", "b", "c"].map(said));
    const first = handed[0].time;
    const last = handed[2].time;
    assertEquals(seqs(await log.history({ limit: 20, since: 0 })), [1, 2, 3]);
    assertEquals(seqs(await log.history({ limit: 20, since: first })), [1, 2, 3]);
    assertEquals(seqs(await log.history({ limit: 2, since: first })), [2, 3]);
    assertEquals(seqs(await log.history({ limit: 20, since: last + 1 })), []);
  });
}
