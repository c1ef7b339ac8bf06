import { handled } from "../../helpers/logs.ts";
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { isMessage } from "../../../lib/wire/entries.ts";
import { ALL, assertGrowing, DRAFTS, openIn, plain, said, type TestLogs, texts } from "./tools.ts";

/** Registers the tests of several rooms. */
export function testRooms(testLogs: TestLogs): void {
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
    await lobby.append([said("one")], handled({ A: 1, B: 5 }));
    await kitchen.append([said("two")], handled({ A: 2 }));
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
