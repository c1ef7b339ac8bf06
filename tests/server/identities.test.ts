import { assert, assertEquals } from "@std/assert";
import type { TestServer } from "../helpers/servers.ts";
import { startInMemory } from "../helpers/servers.ts";
import { openTemporaryLogs } from "../helpers/logs.ts";
import { testWith } from "../helpers/needs.ts";
import { hello, recorded, untilText } from "./harness.ts";

/** Someone with an identity says something under a name, by which it becomes theirs, and leaves. */
async function own(server: TestServer, name: string, identity: string): Promise<void> {
  const { peer } = await hello(server, { name, identity });
  await peer.say("mine", "/quit");
  await peer.rest();
}

const BELONGS = /^"alice" belongs to someone who was here on \d{4}-\d\d-\d\d; choose another name$/;

Deno.test("a name that someone with an identity has spoken under is kept for them, and for nobody else", async () => {
  await using server = startInMemory();
  await own(server, "alice", "I");
  for (
    const fields of [{ name: "alice" }, { name: "ALICE", identity: "J" }, { name: "alice", client: "k" }]
  ) {
    const { peer, welcome } = await hello(server, fields);
    assertEquals(welcome.name, "127.0.0.1");
    const { text } = await peer.untilKind("error");
    assert(BELONGS.test(text.replace("ALICE", "alice")), text);
    await peer.say("/name alice");
    assert(BELONGS.test((await peer.untilKind("error")).text));
    await peer.say("/quit");
    await peer.rest();
  }
  const nc = await server.connect();
  await nc.say("/name alice", "/quit");
  assertEquals(await nc.until("you are"), "-- you are 127.0.0.1");
  assert(BELONGS.test((await nc.until("error: ")).slice("error: ".length)));
  assertEquals((await hello(server, { name: "Alice", identity: "I" })).welcome.name, "Alice");
});

Deno.test("a name that was only borne, and not spoken under, is free when its bearer is gone", async () => {
  await using server = startInMemory();
  const { peer } = await hello(server, { name: "alice", identity: "I" });
  await peer.say("/quit");
  await peer.rest();
  assertEquals((await hello(server, { name: "alice" })).welcome.name, "alice");
});

Deno.test("two devices of one person bear one name: /who counts one, /msg reaches both, /kick ends both", async () => {
  await using server = startInMemory();
  const bob = await server.joinJson("bob");
  const pc = (await hello(server, { name: "alice", identity: "I" })).peer;
  const phone = (await hello(server, { name: "alice", identity: "I" })).peer;
  await pc.say("hello");
  assertEquals((await untilText(phone, "hello")).at(-1)!.own, undefined);
  assertEquals((await untilText(pc, "hello")).at(-1)!.own, true);
  await bob.say("/who", "/msg alice psst");
  assertEquals((await bob.until("here:")).includes('"2 here: alice, bob"'), true);
  assertEquals([(await pc.untilKind("private")).text, (await phone.untilKind("private")).text], [
    "psst",
    "psst",
  ]);
  await phone.say("/name ally");
  assertEquals((await pc.untilKind("renamed")).to, "ally");
  await pc.say("/quit");
  await pc.rest();
  await phone.say("still here", "/quit");
  await phone.rest();
  assertEquals((await bob.untilKind("left")).names, ["ally"]);
  const story = bob.seen.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)).filter((
    { kind },
  ) => kind === "joined" || kind === "left");
  assertEquals(story.filter(({ names }) => names.some((name: string) => name.startsWith("al"))).length, 2);
});

Deno.test("/link tells whose a device is now, even of one that has names of its own", async () => {
  await using server = startInMemory();
  const pc = (await hello(server, { name: "alice", identity: "PC" })).peer;
  await pc.say("mine", "/link");
  const code = /\/link (\S+) on your other device/.exec(await pc.until("on your other device"))![1];
  const phone = (await hello(server, { name: "lissy", identity: "PHONE" })).peer;
  await phone.say("mine, too", `/link ${code}`);
  assert((await phone.until("this device")).includes("one of alice's now; /name alice takes the name"));
});

Deno.test("/link makes another device the same person, who takes the name there", async () => {
  await using server = startInMemory();
  const pc = (await hello(server, { name: "alice", identity: "I" })).peer;
  await pc.say("mine", "/link");
  const code = /\/link (\S+) on your other device/.exec(await pc.until("on your other device"))![1];
  const phone = (await hello(server, { name: "phone", identity: "J" })).peer;
  await phone.say("/name alice");
  assertEquals(
    (await phone.untilKind("error")).text,
    'the name "alice" is taken; /name NAME takes another one',
  );
  await phone.say(`/link ${code.toLowerCase()}`);
  await untilText(phone, "this device is one of alice's now; /name alice takes the name");
  await phone.say("/name alice", "/who");
  assert((await phone.until("here:")).includes('"1 here: alice"'));
  const { name, to } = await phone.untilKind("renamed");
  assertEquals([name, to], ["phone", "alice"]);
  await pc.say("hello phone");
  assertEquals((await untilText(phone, "hello phone")).at(-1)!.name, "alice");
  // A code is good once.
  const thief = (await hello(server, { identity: "K" })).peer;
  await thief.say(`/link ${code}`);
  assert((await thief.untilKind("error")).text.includes("code"));
  const nc = await server.join("nc");
  await nc.say("/link");
  assert((await nc.until("error")).includes("your client keeps none"));
});

testWith(
  ["read", "write"],
  "names stay owned over a restart, and neither wire nor file tells an identity",
  async () => {
    await using logs = await openTemporaryLogs();
    await using first = startInMemory({ logs });
    await own(first, "alice", "a-secret-identity");
    const bob = await first.joinJson("bob");
    await bob.say("/who", "/history", "/rooms", "/ping end");
    await untilText(bob, "end");
    assert(!bob.seen.join().includes("secret-identity"));
    await first.stop();
    await using second = startInMemory({ logs });
    assertEquals((await hello(second, { name: "alice" })).welcome.name, "127.0.0.1");
    assertEquals(
      (await hello(second, { name: "alice", identity: "a-secret-identity" })).welcome.name,
      "alice",
    );
    assert(!JSON.stringify(logs.owners!.load()).includes("secret"));
  },
);

Deno.test("the operator frees a name that belongs to someone", async () => {
  const { readable, writable } = new TransformStream<string, string>();
  const { output, shown } = recorded();
  await using server = startInMemory({ typed: readable, output });
  await own(server, "alice", "I");
  const operator = writable.getWriter();
  await operator.write("/free alice");
  await operator.write("/free alice");
  const bob = await server.join("bob");
  await operator.write("done");
  await bob.until("<server> done");
  assert(shown().includes("-- alice belongs to no one now\n"));
  assert(shown().includes('error: "alice" belongs to no one\n'));
  assertEquals((await hello(server, { name: "alice" })).welcome.name, "alice");
  await operator.close();
});
