import { assertEquals } from "@std/assert";
import { startInMemory } from "../helpers/servers.ts";

Deno.test("a name from other chats does what the command does, as the first line too", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const alice = await server.connect("10.0.0.7");
  await alice.say("/nick alice");
  await alice.until("-- you are alice");
  assertEquals(await bob.next(), "-- alice joined");
  await alice.say("/names", "/users", "/NICK ally");
  assertEquals(await alice.take(3), [
    "-- 2 here: alice, bob",
    "-- 2 here: alice, bob",
    "-- alice is now ally",
  ]);
  await bob.until("-- alice is now ally");
  for (const command of ["/dm", "/pm", "/w", "/query"]) {
    await alice.say(`${command} bob ${command} psst`);
    assertEquals(await alice.next(), `[to bob] ${command} psst`);
    assertEquals(await bob.next(), `[ally] ${command} psst`);
  }
  for (const command of ["/h", "/?"]) {
    await alice.say(command, "/ping end");
    assertEquals((await alice.until("-- pong end")).includes("pong"), true);
    assertEquals(alice.seen.filter((line) => line.startsWith("-- /who")).length > 0, true);
  }
});

Deno.test("a name from other chats leaves, with the reason", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  for (const command of ["/q", "/exit", "/bye", "/part"]) {
    const alice = await server.join("alice");
    await bob.until("-- alice joined");
    await alice.say(`${command} tea`);
    assertEquals((await alice.rest()).at(-1), "-- bye");
    assertEquals(await bob.next(), "-- alice left: tea");
  }
});

Deno.test("a name from other chats may stand behind /once, and is done once", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob");
  const alice = await server.joinJson("alice");
  await bob.until("-- alice joined");
  await alice.say("/once 1 /dm bob psst", "/once 1 /dm bob psst", "/once 2 /nick ally", "/once 3 hi");
  const { text, line } = await alice.untilKind("error");
  assertEquals([text, line], ["/once takes a text, /me or /msg", 2]);
  assertEquals((await alice.untilKind("private")).line, 1);
  assertEquals(await bob.take(2), ["[alice] psst", "<alice> hi"]);
});
