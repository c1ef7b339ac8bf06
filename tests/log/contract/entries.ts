import { handled } from "../../helpers/logs.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Entry, isMessage } from "../../../lib/wire/entries.ts";
import { ALL, assertGrowing, DRAFTS, plain, readAll, said, seqs, type TestLog, texts } from "./tools.ts";

/** Registers the tests of taking entries, reading them, and searching. */
export function testEntries(test: TestLog): void {
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
    await log.append([said("hello")], handled({ A: 7, B: 2 }));
    await log.append([], handled({ A: 9 }));
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
}
