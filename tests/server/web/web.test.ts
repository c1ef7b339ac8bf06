import { assert, assertEquals, assertMatch } from "@std/assert";
import { Authenticator } from "../../../lib/server/access/authenticator.ts";
import { startInMemory } from "../../helpers/servers.ts";
import { answerOf, ask, request } from "../../helpers/web.ts";
import { handshake } from "../../helpers/websocket.ts";

const RULES = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  connection: "close",
};

Deno.test("GET / is the page, whatever the query, and HEAD its head alone", async () => {
  await using server = startInMemory();
  for (const target of ["/", "/?room=kitchen"]) {
    const { status, headers, body } = await ask(server, request("GET", target));
    assertEquals([status, headers.get("content-type")], [200, "text/html; charset=utf-8"]);
    assertMatch(body, /^<!doctype html>/i);
    assertEquals((await ask(server, request("HEAD", target))).body, "");
  }
});

Deno.test("/health tells how many are here, but not where there is a password", async () => {
  await using server = startInMemory();
  await server.join("alice");
  const { headers, body } = await ask(server, request("GET", "/health"));
  assertEquals([headers.get("content-type"), JSON.parse(body)], ["application/json", {
    ok: true,
    members: 1,
    rooms: 1,
  }]);
  await using locked = startInMemory({ authenticator: new Authenticator("s3cret") });
  assertEquals(JSON.parse((await ask(locked, request("GET", "/health"))).body), { ok: true });
});

Deno.test("what is not there is a sentence with 404, and what cannot be done there one with 405", async () => {
  await using server = startInMemory();
  for (
    const target of [
      "/x",
      "/say",
      "/log?room=a",
      "/files/abc",
      "/get",
      "/get/linux/x",
      "/__proto__",
      "/constructor",
    ]
  ) {
    for (const method of ["GET", "POST", "PUT"]) {
      const { status, body } = await ask(server, request(method, target));
      assertEquals([status, body], [404, `there is nothing at ${target.split("?")[0]}; the page is at /`]);
    }
  }
  for (
    const [method, target, allow] of [["POST", "/", "GET, HEAD"], ["PUT", "/chat", "GET"], [
      "DELETE",
      "/health",
      "GET, HEAD",
    ]]
  ) {
    const { status, headers, body } = await ask(server, request(method, target));
    assertEquals([status, headers.get("allow")], [405, allow]);
    assert(body.endsWith(`can be done here, not ${method}`), body);
  }
});

Deno.test("every answer has the rules for browsers, allows no other origin, and sets no cookie", async () => {
  await using server = startInMemory();
  const requests = [
    request("GET", "/"),
    request("GET", "/health"),
    request("GET", "/x"),
    request("POST", "/"),
    request("GET", "/", { Origin: "http://evil.example" }),
    request("GET", "/", { Host: "evil.example" }),
    request("GET", "/chat"),
    "GET / HTTP/1.1\r\nbad\r\n\r\n",
  ];
  for (const each of requests) {
    const { headers } = await ask(server, each);
    for (const [name, value] of Object.entries(RULES)) {
      assertEquals(headers.get(name), value, `${name} of ${each}`);
    }
    assert(![...headers.keys()].some((name) => name.startsWith("access-control-") || name === "set-cookie"));
  }
});

Deno.test("a request that names another server, or none, is refused with 421, for a WebSocket as well", async () => {
  await using server = startInMemory();
  for (const host of ["evil.example", "127.0.0.1.evil.example", "evil.local.example", "localhost.", ""]) {
    assertEquals((await ask(server, request("GET", "/", { Host: host }))).status, 421, host);
    assertEquals((await ask(server, handshake(host))).status, 421, host);
  }
  assertEquals((await ask(server, "GET / HTTP/1.1\r\n\r\n")).status, 421);
  assertEquals((await ask(server, "GET / HTTP/1.0\r\n\r\n")).status, 421);
  assertEquals(
    (await ask(server, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n")).status,
    421,
  );
});

Deno.test("a page of another origin can ask for nothing and opens no WebSocket", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", "10.0.0.2");
  for (
    const origin of [
      "http://evil.example",
      "null",
      "https://127.0.0.1",
      "http://127.0.0.1:1",
      "http://127.0.0.1.evil.example",
    ]
  ) {
    for (const method of ["GET", "POST"]) {
      assertEquals((await ask(server, request(method, "/", { Origin: origin }))).status, 403, origin);
    }
    assertEquals((await ask(server, handshake("127.0.0.1", { Origin: origin }))).status, 403, origin);
  }
  assertEquals((await ask(server, request("GET", "/", { Origin: "http://127.0.0.1" }))).status, 200);
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

Deno.test("a form of another site can say nothing, however its text is written", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", "10.0.0.2");
  const form = "x=\r\n/name mallory\r\nhello\r\n/msg bob hi\r\n";
  const { status } = await ask(
    server,
    request("POST", "/say", {
      Origin: "http://evil.example",
      "Content-Type": "text/plain",
      "Content-Length": `${form.length}`,
    }) + form,
  );
  assertEquals(status, 403);
  await bob.say("/who");
  assertEquals(await bob.next(), "-- 1 here: bob");
});

Deno.test("what follows a request is no other one, and is not said", async () => {
  await using server = startInMemory();
  const bob = await server.join("bob", "10.0.0.2");
  const second = request("GET", "/health");
  for (
    const first of [
      request("GET", "/"),
      request("POST", "/", { "Content-Length": "3" }),
      request("POST", "/", { "Content-Length": "3", "Transfer-Encoding": "chunked" }),
      request("POST", "/", { "Transfer-Encoding": "chunked" }) + "0\r\n\r\n",
    ]
  ) {
    const peer = await server.connect();
    await peer.raw(`${first}${second}hello room\n`);
    await peer.connection.closeWrite();
    const lines = await peer.rest();
    assertEquals(lines.filter((line) => line.startsWith("HTTP/1.1 ")).length, 1);
    assert(!lines.join().includes('{"ok"'));
  }
  await bob.say("/ping");
  assertEquals(await bob.next(), "-- pong");
});

Deno.test("a request is answered wherever it is cut", async () => {
  await using server = startInMemory();
  const whole = request("GET", "/health");
  const answers = [];
  for (let cut = 1; cut < whole.length; cut++) {
    const peer = await server.connect(`10.0.0.${cut}`);
    await peer.raw(whole.slice(0, cut));
    await peer.raw(whole.slice(cut));
    answers.push(answerOf(peer));
  }
  for (const { status } of await Promise.all(answers)) assertEquals(status, 200);
});

Deno.test("a head that is too long is refused, with and without a line end in it", async () => {
  await using server = startInMemory();
  for (const head of [request("GET", "/", { A: "x".repeat(17_000) }), `GET /${"x".repeat(17_000)}`]) {
    const { status, body } = await ask(server, head);
    assertEquals([status, body], [431, "the head of a request may have 16384 bytes at most"]);
  }
});

Deno.test("a source that owes is told when to try again, and waits for the page; others do not", async () => {
  await using server = startInMemory({ rate: 2, burst: 3 });
  for (let i = 0; i < 3; i++) {
    assertEquals((await ask(server, request("GET", "/health"), "10.0.0.1")).status, 200);
  }
  const began = performance.now();
  const page = ask(server, request("GET", "/"), "10.0.0.1");
  const { status, headers } = await ask(server, request("GET", "/health"), "10.0.0.1");
  assertEquals([status, headers.get("retry-after")], [429, "1"]);
  assertEquals((await ask(server, request("GET", "/health"), "10.0.0.2")).status, 200);
  assertEquals((await page).status, 200);
  assert(performance.now() - began > 50);
});

Deno.test("whoever is banned gets 403, and whoever finds no place 503", async () => {
  await using server = startInMemory({ maxPerAddress: 1 });
  await server.join("alice", "10.0.0.1");
  const { status, body } = await ask(server, request("GET", "/"), "10.0.0.1");
  assertEquals(status, 503);
  assertMatch(body, /^too many connections from your address/);
});

Deno.test("requests take no member's place, and of one source 32 at once are read", async () => {
  await using server = startInMemory({ maxClients: 1 });
  const halves = [];
  for (let i = 0; i < 32; i++) {
    const half = await server.connect("10.0.0.1");
    await half.raw("GET / HTTP/1.1\r\n");
    halves.push(half);
  }
  await server.join("alice", "10.0.0.2");
  const waiting = await server.connect("10.0.0.1");
  await waiting.raw(request("GET", "/health"));
  assertEquals((await ask(server, request("GET", "/health"), "10.0.0.3")).status, 200);
  halves[0].connection.close();
  assertEquals((await answerOf(waiting)).status, 200);
});

Deno.test("half a request is closed after five seconds, with a sentence, and one beyond the places without", async () => {
  await using server = startInMemory();
  const began = performance.now();
  const halves = [];
  for (let i = 0; i < 33; i++) {
    const half = await server.connect();
    await half.raw("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    halves.push(half);
  }
  const answers = await Promise.all(halves.map(answerOf));
  assertEquals(answers.filter(({ status }) => status === 408).length, 32);
  assertEquals(answers.filter(({ status }) => Number.isNaN(status)).length, 1);
  const took = performance.now() - began;
  assert(took > 4900 && took < 8000, `${took} ms`);
});
