import { assert, assertEquals } from "@std/assert";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Process, ServerProcess } from "../helpers/process.ts";
import { openFiles, settledFiles } from "../helpers/system.ts";
import { atMost } from "../helpers/timing.ts";
import { fetchRaw, request } from "../helpers/web.ts";
import { clientFrame, handshake } from "../helpers/websocket.ts";

testWith(
  ["run", "net"],
  "a WebSocket of a real client talks with nc, and both are told when the server ends",
  async () => {
    await using server = await ServerProcess.start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/chat`);
    const lines: string[] = [];
    const closed = Promise.withResolvers<CloseEvent>();
    const heard = Promise.withResolvers<void>();
    socket.onopen = () => socket.send("/name alice\nhello");
    socket.onclose = (event) => closed.resolve(event);
    socket.onmessage = ({ data }) => {
      lines.push(...data.split("\n").slice(0, -1));
      if (lines.includes("<bob> hi")) heard.resolve();
    };
    await server.until("<alice> hello");
    await using nc = new Process("nc", ["127.0.0.1", `${server.port}`]);
    await nc.say("/name bob", "hi");
    await heard.promise;
    server.kill("SIGTERM");
    const { code, wasClean } = await closed.promise;
    assertEquals([code, wasClean, lines.at(-1)], [1000, true, "-- the server is shutting down"]);
  },
);

testWith(
  { permissions: ["run", "net"], others: { curl: findProgram("curl") !== undefined } },
  "curl gets the page and a sentence for what is not there, and prints nothing of the chat",
  async () => {
    await using server = await ServerProcess.start();
    await using page = new Process("curl", ["-s", `http://127.0.0.1:${server.port}/`]);
    assert((await page.rest())[0].toLowerCase().startsWith("<!doctype html>"));
    await using none = new Process("curl", ["-s", `http://localhost:${server.port}/none`]);
    assertEquals(await none.rest(), ["there is nothing at /none; the page is at /"]);
  },
);

testWith(["run", "net"], "nc from an address without a browser is greeted within 250 ms", async () => {
  await using server = await ServerProcess.start();
  assert((await fetchRaw(server.port, request("GET", "/"))).startsWith("HTTP/1.1 200"));
  await using nc = new Process("nc", ["-s", "127.0.0.2", "127.0.0.1", `${server.port}`]);
  const began = performance.now();
  assertEquals(await nc.next(), "Welcome to this chatroom!");
  const took = performance.now() - began;
  // To start nc takes its time as well.
  assert(took < atMost(250 + 100), `${took} ms`);
});

testWith(
  ["run", "net"],
  "a flood of requests from one address is noticed by nobody else, and leaves nothing behind",
  async () => {
    await using server = await ServerProcess.start(["--quiet"]);
    await using alice = new Process("nc", ["-s", "127.0.0.2", "127.0.0.1", `${server.port}`]);
    await using bob = new Process("nc", ["-s", "127.0.0.3", "127.0.0.1", `${server.port}`]);
    await alice.say("/name alice");
    await alice.until("you are alice");
    await bob.say("/name bob");
    await bob.until("you are bob");
    const before = await settledFiles(server.pid);
    const start = performance.now();
    let requests = 0;
    const flood = Array.from({ length: 16 }, async () => {
      while (requests < 600) {
        await fetchRaw(server.port, request("GET", requests % 2 === 0 ? "/health" : "/x")).catch(() => {});
        requests++;
      }
    });
    const late: number[] = [];
    for (let i = 0; requests < 600; i++) {
      const said = performance.now();
      await alice.say(`message ${i}`);
      await bob.until(`message ${i}`);
      late.push(performance.now() - said);
    }
    await Promise.all(flood);
    const p99 = late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.99)];
    const took = performance.now() - start;
    assert(took < atMost(3250), `${requests} requests took ${took} ms`);
    assert(p99 < atMost(250), `a message took ${p99} ms`);
    await alice.say("/ping done");
    await alice.until("pong done");
    assertEquals(await openFiles(server.pid, before), before);
  },
);

testWith(
  ["run", "net"],
  "a browser that is reset in any phase, or never reads, leaves nothing behind",
  async () => {
    await using server = await ServerProcess.start(["--quiet"]);
    const host = `127.0.0.1:${server.port}`;
    await using nc = new Process("nc", ["127.0.0.1", `${server.port}`]);
    await nc.say("/name nc");
    await nc.until("you are nc");
    const before = await settledFiles(server.pid);
    const upgrade = handshake(host);
    const phases = [
      "",
      "G",
      "GET /",
      request("GET", "/").slice(0, -2),
      request("GET", "/"),
      upgrade.slice(0, 40),
      upgrade,
      upgrade + String.fromCharCode(...clientFrame("/name x").slice(0, 3)),
      upgrade + String.fromCharCode(...clientFrame("/name x")),
    ];
    for (const text of phases) {
      for (let i = 0; i < 20; i++) {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
        await conn.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));
        // What came and was not read makes the system send a reset.
        conn.close();
      }
    }
    await nc.say("hello");
    assertEquals(await openFiles(server.pid, before), before);
    await nc.say("/who");
    assertEquals(await nc.until("here:"), "-- 1 here: nc");
  },
);
