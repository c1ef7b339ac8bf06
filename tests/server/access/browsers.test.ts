import { assert, assertEquals } from "@std/assert";
import { Authenticator } from "../../../lib/server/access/authenticator.ts";
import { Browsers } from "../../../lib/server/access/browsers.ts";
import { UndecidedConnections } from "../../../lib/server/access/undecided.ts";
import { startInMemory, type TestServer } from "../../helpers/servers.ts";
import { atMost } from "../../helpers/timing.ts";
import { ask, Browser, request } from "../../helpers/web.ts";

const PHONE = "10.0.0.1";
const DESK = "10.0.0.2";

async function load(server: TestServer): Promise<void> {
  assertEquals((await ask(server, request("GET", "/"), PHONE)).status, 200);
}

Deno.test("a source counts as one with a browser for a minute after a request, and as long as a WebSocket is open", () => {
  const browsers = new Browsers();
  browsers.spoke("a", 1000);
  assertEquals([browsers.has("a", 60_999), browsers.has("a", 61_000), browsers.has("b", 1000)], [
    true,
    false,
    false,
  ]);
  const [one, other] = [browsers.opened("b"), browsers.opened("b")];
  one[Symbol.dispose]();
  assert(browsers.has("b", 1e9));
  other[Symbol.dispose]();
  assert(!browsers.has("b", 1e9));
});

Deno.test("where a browser is, a silent connection is greeted after 6 s, and others after 200 ms", async () => {
  await using server = startInMemory();
  await load(server);
  const [spare, nc] = [await server.connect(PHONE), await server.connect(DESK)];
  const began = performance.now();
  assertEquals(await nc.next(), "Welcome to this chatroom!");
  const nearby = performance.now() - began;
  assert(nearby < atMost(250), `${nearby} ms`);
  assertEquals(await spare.next(), "Welcome to this chatroom!");
  const took = performance.now() - began;
  assert(took > 5900 && took < 7000, `${took} ms`);
});

Deno.test("a spare connection of a browser that was not used yet can still carry a request, or be closed", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", DESK);
  await load(server);
  const [used, unused] = [await server.connect(PHONE), await server.connect(PHONE)];
  // Somebody else is greeted meanwhile, who came later.
  await (await server.connect(DESK)).take(3);
  await used.raw(request("GET", "/health"));
  assertEquals(await used.next(), "HTTP/1.1 200 OK");
  unused.connection.close();
  await bob.say("/who");
  assert(!(await bob.until("here:")).includes(PHONE));
});

Deno.test("a connection that came before the first request of its browser is not greeted after 200 ms either", async () => {
  await using server = startInMemory();
  const spare = await server.connect(PHONE);
  await load(server);
  await (await server.connect(DESK)).take(3);
  await spare.raw(request("GET", "/health"));
  assertEquals(await spare.next(), "HTTP/1.1 200 OK");
});

Deno.test("whoever is silent where a browser is reads along, in nobody's list, and joins with the first line", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", DESK);
  await bob.say("before");
  using _page = await Browser.open((await server.connect(PHONE)).connection);
  const nc = await server.connect(PHONE);
  // An empty line ends the silence and is no first line.
  await nc.say("");
  await nc.take(2);
  assertEquals((await nc.next())?.slice(6), "<bob> before");
  await bob.say("one");
  assertEquals(await nc.next(), "<bob> one");
  await bob.say("/who");
  assertEquals(await bob.until("here:"), "-- 1 here: bob");
  await nc.say("hello");
  assertEquals(await bob.until("joined"), `-- ${PHONE} joined`);
  assertEquals(await bob.until("<"), `<${PHONE}> hello`);
  await bob.say("two");
  assertEquals(await nc.until("two"), "<bob> two");
  // Nothing is shown twice, nothing is missing.
  assertEquals(nc.seen.filter((line) => line.includes("<bob>")).map((line) => line.split("> ")[1]), [
    "before",
    "one",
    "two",
  ]);
  assertEquals(nc.seen.filter((line) => line.startsWith("-- you are")), [`-- you are ${PHONE}`]);
});

Deno.test("one that read along and then says /hello gets its stream from the start", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", DESK);
  await bob.say("before");
  using _page = await Browser.open((await server.connect(PHONE)).connection);
  const rich = await server.connect(PHONE);
  await rich.say("");
  await rich.until("before");
  await rich.say('/hello {"name":"rich","format":"json"}');
  await rich.untilKind("welcome");
  assertEquals((await rich.json()).text, "before");
});

Deno.test("one that read along and goes away was never there", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", DESK);
  await load(server);
  for (const end of ["close", "closeWrite"] as const) {
    const nc = await server.connect(PHONE);
    await nc.say("");
    await nc.take(2);
    await bob.say(end);
    await nc.until(end);
    await nc.connection[end]();
    await nc.rest();
  }
  await bob.say("/msg bob done");
  await bob.until("[to bob] done");
  assert(!bob.seen.join().includes(PHONE), bob.seen.join("\n"));
});

Deno.test("where there is a password, nobody reads along without it", async () => {
  await using server = startInMemory({ authenticator: new Authenticator("s3cret") });
  const bob = await server.connect(DESK);
  await bob.say("s3cret", "/name bob");
  await bob.until("you are bob");
  await load(server);
  const nc = await server.connect(PHONE);
  await nc.say("");
  await nc.until("password:");
  await bob.say("a secret", "/ping");
  await bob.until("pong");
  await nc.say("wrong");
  await nc.until("wrong password");
  assert(!nc.seen.join().includes("secret"));
});

Deno.test("of more than 256 silent ones those from where a browser is are not greeted for it", () => {
  const undecided = new UndecidedConnections();
  const greeted: number[] = [];
  for (let i = 0; i < 300; i++) {
    const connection = {
      fromBrowser: i < 200,
      greet() {
        greeted.push(i);
        undecided.delete(connection);
      },
    };
    undecided.add(connection);
  }
  assertEquals(greeted, Array.from({ length: 44 }, (_, i) => 200 + i));
});
