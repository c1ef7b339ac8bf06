import { assertEquals } from "@std/assert";
import { MAX_HISTORY } from "../../../lib/log/log.ts";
import { type Draft, isMessage, type Message } from "../../../lib/wire/entries.ts";
import { ALL, DRAFTS, plain, said, seqs, type TestLog, texts } from "./tools.ts";

/** Registers the tests of finding and counting past messages. */
export function testHistory(test: TestLog): void {
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
}
