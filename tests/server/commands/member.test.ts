import { assert, assertEquals, assertMatch } from "@std/assert";
import { startInMemory } from "../../helpers/servers.ts";

Deno.test("/name tells everyone, oneself included", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/name Alison");
  assertEquals(await alice.until("is now"), "-- alice is now Alison");
  assertEquals(await bob.until("is now"), "-- alice is now Alison");
});

for (
  const [name, why] of [
    ["bob", 'error: the name "bob" is taken; /name NAME takes another one'],
    ["BOB", 'error: the name "BOB" is taken; /name NAME takes another one'],
    ["you", 'error: the name "you" is reserved'],
    ["Server", 'error: the name "Server" is reserved'],
    ["1st", 'error: "1st" is not allowed'],
    ["10.0.0.9", 'error: "10.0.0.9" is not allowed'],
    ["a\u3164", "is not allowed"],
    ["a b", "is not allowed"],
    ["x".repeat(33), "error: a name has at most 32 characters; this one has 33"],
    ["", "error: a name is missing"],
  ]
) {
  Deno.test(`/name refuses "${name}" with an error line, and the room sees nothing`, async () => {
    await using server = startInMemory();
    const [alice, bob] = [await server.join("alice"), await server.join("bob")];
    await alice.say(`/name ${name}`, "still alice");
    assert((await alice.until("error: ")).includes(why));
    assertEquals(await bob.next(), "<alice> still alice");
  });
}

Deno.test("/msg reaches one member only, and the sender as the receipt", async () => {
  await using server = startInMemory();
  const [alice, bob, carol] = [
    await server.join("alice"),
    await server.join("bob"),
    await server.join("carol"),
  ];
  await alice.say("/msg BOB psst, you", "/msg nobody hi", "/msg bob", "done");
  assertEquals(await alice.until("[to"), "[to bob] psst, you");
  assertEquals(await alice.until("error"), 'error: no one here is called "nobody"');
  await alice.until("error: to whom, and what?");
  assertEquals(await bob.until("["), "[alice] psst, you");
  await carol.until("<alice> done");
  assert(!carol.seen.some((line) => line.includes("psst")));
});

Deno.test("/who is the roster", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await server.join("bob");
  await alice.say("/who");
  assertEquals(await alice.until("here:"), "-- 2 here: alice, bob");
});

Deno.test("/help lists every command, and is answered to the one who asked", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/help", "/ping over");
  await alice.until("-- pong over");
  const commands = ["name", "me", "msg", "who", "history", "help", "quit", "json", "text", "hello", "ping"];
  for (const command of commands) {
    assert(alice.seen.some((line) => line.startsWith(`-- /${command}`)), command);
  }
  await alice.say("done");
  assertEquals(await bob.next(), "<alice> done");
});

Deno.test("an unknown command gets an error line with the one that was meant, and the room sees nothing", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/nmae x", "/", "/ name x", "/xyzzy", "done");
  assertMatch(await alice.until("error"), /^error: there is no command "\/nmae"; did you mean \/name\?/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/";/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/";/);
  assertMatch(await alice.until("error"), /^error: there is no command "\/xyzzy"; \/help lists them/);
  assertEquals(await bob.next(), "<alice> done");
});

Deno.test("/ping is answered with pong and its text", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await alice.say("/ping", "/ping 1 2");
  assertEquals(await alice.until("pong"), "-- pong");
  assertEquals(await alice.until("pong"), "-- pong 1 2");
});

Deno.test("/quit tells the others why, and the last line is followed by the end", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.say("/quit tea time", "never said");
  assertEquals(await bob.next(), "-- alice left: tea time");
  assertEquals((await alice.rest()).at(-1), "-- bye");
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

Deno.test("/json and /text switch the format from the next entry on; lines in stay the same", async () => {
  await using server = startInMemory();
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await alice.until("-- bob joined");
  await alice.say("/json");
  assertEquals((await alice.untilKind("notice")).kind, "notice");
  await bob.say("one", "/me two", "/msg alice three");
  const received = [await alice.json(), await alice.json(), await alice.json()];
  const kinds = received.map(({ kind, name, text }) => `${kind} ${name} ${text}`).sort();
  assertEquals(kinds, ["action bob two", "private bob three", "said bob one"]);
  await alice.say("four");
  assertEquals((await alice.untilKind("said")).own, true);
  await alice.say("/text");
  await alice.until("-- lines are plain text");
  await bob.say("five");
  assertEquals(await alice.until("<"), "<bob> five");
});

Deno.test("every answer is an object in the JSON format", async () => {
  await using server = startInMemory();
  const alice = await server.joinJson("alice");
  await alice.untilKind("joined");
  await alice.say("/who", "/nope", "/ping 1", "/msg alice me");
  assertEquals(await alice.json(), { kind: "notice", text: "1 here: alice", names: ["alice"] });
  assertMatch((await alice.json()).text, /^there is no command "\/nope"/);
  assertEquals(await alice.json(), { kind: "pong", text: "1" });
  assertEquals(await alice.json(), { kind: "private", name: "alice", text: "me" });
  assertEquals(await alice.json(), { kind: "private", to: "alice", text: "me" });
  await alice.say("/quit");
  assertEquals(await alice.json(), { kind: "closed", text: "bye", retry: false });
  assertEquals(await alice.next(), undefined);
});
