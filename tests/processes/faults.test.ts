import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { connectTcp } from "../../lib/net/tcp.ts";
import { type Needs, testWith } from "../helpers/needs.ts";
import { Peer } from "../helpers/peer.ts";
import { Process, ROOT, ServerProcess } from "../helpers/process.ts";
import { openFiles, peakMemory, processorTime, settledFiles } from "../helpers/system.ts";
import { ALONE, atMost } from "../helpers/timing.ts";

const NEEDS: Needs = {
  permissions: ["run", "net"],
  others: { "/proc, as on Linux": Deno.build.os === "linux" },
};

const encoder = new TextEncoder();

/** What an honest member does while others break down: says something, and reads it. */
async function talksOn(alice: Peer, bob: Peer, text: string): Promise<void> {
  await alice.say(text);
  assertEquals(await bob.until(text), `<alice> ${text}`);
}

/** A server with two honest members, and how many files it has open with them. */
async function room(args: string[] = []) {
  const server = await ServerProcess.start(args);
  const [alice, bob] = [await server.join("alice"), await server.join("bob")];
  await talksOn(alice, bob, "begin");
  const files = await settledFiles(server.pid);
  return {
    server,
    alice,
    bob,
    /** Asserts that all is as before: who is here, and how many files are open. */
    async isAsBefore(): Promise<void> {
      await talksOn(alice, bob, "still here");
      assertEquals(await openFiles(server.pid, files), files);
      let who = "";
      for (let i = 0; i < 40 && who !== "-- 2 here: alice, bob"; i++) {
        await delay(i === 0 ? 0 : 100);
        await bob.say("/who");
        who = await bob.until("here:");
      }
      assertEquals(who, "-- 2 here: alice, bob");
    },
    async [Symbol.asyncDispose](): Promise<void> {
      alice[Symbol.dispose]();
      bob[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** How far a connection gets before it is reset: what it says, and what it has to see of the answer. */
const PHASES: Record<string, { says?: string; sees?: string }> = {
  "at once": {},
  "in the middle of its name": { says: "/name mal" },
  "in the middle of its hello": { says: '/hello {"name":"mallory","for' },
  "in the middle of a character": { says: "hello \xe2\x82" },
  "before it is announced": { says: "/name mallory\n" },
  "as a member": { says: "/name mallory\n", sees: "you are mallory" },
  "in the middle of a line": { says: "/name mallory\nhello\nand th", sees: "you are mallory" },
  "while it is answered": { says: "/name mallory\n/help\n/who\n/history\n", sees: "you are mallory" },
  "while it leaves": { says: "/name mallory\n/quit\n", sees: "you are mallory" },
};

testWith(NEEDS, "connections that are reset, however far they came, leave nothing behind", async (test) => {
  await using party = await room();
  const { server, alice, bob } = party;
  for (const [when, { says, sees }] of Object.entries(PHASES)) {
    await test.step(when, async () => {
      await Promise.all(Array.from({ length: 20 }, async () => {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
        if (says !== undefined) await conn.write(Uint8Array.from(says, (char) => char.charCodeAt(0)));
        if (sees !== undefined) await conn.read(new Uint8Array(16));
        // Unread input makes the operating system reset it.
        conn.close();
      }));
      await talksOn(alice, bob, `meanwhile ${when}`);
      await party.isAsBefore();
    });
  }
});

testWith(
  NEEDS,
  "a client that is killed in the middle of a character says what came before, cleaned",
  async () => {
    await using party = await room();
    using carol = await party.server.join("carol");
    await carol.raw(new Uint8Array([...encoder.encode("100 "), 0xe2, 0x82]));
    await carol.connection.closeWrite();
    assertEquals(await party.bob.until("<carol>"), "<carol> 100 \ufffd");
    await party.bob.until("-- carol left");
    await party.isAsBefore();
  },
);

testWith(NEEDS, "SIGTERM ends the server in order in the middle of a flood", async () => {
  await using server = await ServerProcess.start(["--rate", "0", "--quiet"]);
  using bob = await server.join("bob");
  const heard = bob.rest();
  const flooding = Array.from({ length: 5 }, async (_, i) => {
    using peer = await server.join(`flood${i}`);
    try {
      for (;; await delay(5)) await peer.say(...Array.from({ length: 10 }, () => "x".repeat(100)));
    } catch {
      // The server has ended.
    }
  });
  for (let seen = 0; seen < 2000; seen = bob.seen.length) {
    await delay(10);
  }
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  assertEquals((await heard).at(-1), "-- the server is shutting down");
  await Promise.all(flooding);
});

testWith(
  NEEDS,
  "a line of 1 GB without an end costs no more than the cap, and nothing of it is said",
  async () => {
    await using party = await room(["--rate", "0", "--quiet"]);
    const { server, alice, bob } = party;
    using carol = await server.join("carol");
    const before = await peakMemory(server.pid);
    const megabyte = encoder.encode("x".repeat(1024 * 1024));
    for (let i = 0; i < 1024; i++) {
      await carol.raw(megabyte);
      if (i % 256 === 0) await talksOn(alice, bob, `after ${i} MB`);
    }
    await carol.say("", "short");
    assertEquals(await carol.until("error"), "error: that line is too long: 8192 bytes are the most");
    assertEquals(await bob.until("<carol>"), "<carol> short");
    const grown = await peakMemory(server.pid) - before;
    assert(grown < 60, `a line of 1 GB took ${grown} MiB`);
  },
);

testWith(
  NEEDS,
  "the clock may jump an hour forth and two back, and everything goes on in order",
  async () => {
    const script = new URL("tests/helpers/jumping_clock.ts", ROOT).pathname;
    await using server = new Process(Deno.execPath(), [
      "run",
      "--no-prompt",
      "--allow-net",
      script,
      "127.0.0.1",
      "0",
    ]);
    const port = Number(/port (\d+)$/.exec(await server.until("listening on"))![1]);
    const join = async (name: string) => {
      const peer = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
      await peer.say(`/hello {"name":"${name}","format":"json"}`);
      await peer.untilKind("welcome");
      return peer;
    };
    using alice = await join("alice");
    using bob = await join("bob");
    const times: number[] = [];
    const numbers: number[] = [];
    for (let i = 0; i < 6; i++) {
      await alice.say(`message ${i}`);
      const { seq, time, text } = await bob.untilKind("said");
      assertEquals(text, `message ${i}`);
      times.push(Date.parse(time));
      numbers.push(seq);
      server.kill("SIGUSR2");
      // Presence and pacing have clocks of their own.
      using carol = await join(`carol${i}`);
      await carol.say("/quit");
      await bob.untilKind("left");
    }
    assertEquals(numbers, [...numbers].sort((a, b) => a - b));
    const hours = times.slice(1).map((time, i) => Math.round((time - times[i]) / 3_600_000));
    assertEquals(hours, [1, -2, 1, -2, 1]);
    using late = await join("late");
    const history = [];
    for (let i = 0; i < 6; i++) history.push((await late.untilKind("said")).text);
    assertEquals(history, Array.from({ length: 6 }, (_, i) => `message ${i}`));
  },
);

testWith(
  NEEDS,
  "200 connects and disconnects a second neither stop the conversation nor fill the screen",
  async () => {
    await using party = await room(["--rate", "0"]);
    const { server, alice, bob } = party;
    let flooding = true;
    let joined = 0;
    const start = performance.now();
    const flood = Array.from({ length: 20 }, async (_, worker) => {
      for (let i = 0; flooding; i++) {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
        await conn.write(encoder.encode(`/name w${worker}x${i}\n`));
        joined++;
        conn.close();
        // Each connection takes about as long as this pause.
        await delay(50);
      }
    });
    const trips: number[] = [];
    while (joined < 600) {
      const said = performance.now();
      await talksOn(alice, bob, `message ${trips.length}`);
      trips.push(performance.now() - said);
    }
    flooding = false;
    await Promise.all(flood);
    const seconds = (performance.now() - start) / 1000;
    assert(seconds < atMost(4000) / 1000, `only ${joined / seconds} a second`);
    const median = trips.sort((a, b) => a - b)[trips.length >> 1];
    assert(median < atMost(100), `a message took ${median} ms`);
    const told = bob.seen.filter((line) => /^-- .* (joined|left)/.test(line)).length;
    assert(told <= 5 * (seconds + 2), `${told} lines of presence in ${seconds} s`);
    await party.isAsBefore();
  },
);

/** The processor time, in seconds, that it costs the server when this many members come at once. */
async function costOfCrowd(members: number): Promise<number> {
  await using server = await ServerProcess.start(["--rate", "0", "--quiet", "--max-per-address", "5000"]);
  using alice = await server.join("alice");
  const before = await processorTime(server.pid);
  const conns = await Promise.all(Array.from({ length: members }, async (_, i) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(encoder.encode(`/name member${i}\n`));
    return conn;
  }));
  const reading = conns.map((conn) => new Response(conn.readable).bytes().catch(() => {}));
  // Asking who is here would itself cost something, and more in a larger crowd.
  for (let joined = 0; joined < members;) {
    const [, who] = /^-- (.*) joined$/.exec(await alice.until(" joined"))!;
    joined += /^\d+$/.test(who) ? Number(who) : who.split(", ").length;
  }
  const cost = await processorTime(server.pid) - before;
  server.kill("SIGKILL");
  await Promise.all(reading);
  return cost;
}

testWith(
  // Processor time is a measure only on an idle machine: beside other tests, a crowd takes longer to come.
  { ...NEEDS, others: { ...NEEDS.others, ...ALONE } },
  "what a crowd costs that comes at once grows with its number, not with its square",
  async () => {
    const [few, many] = [await costOfCrowd(1000), await costOfCrowd(4000)];
    // Four times as many: the square would be sixteen times the cost.
    assert(many / few < 8, `1000 cost ${few} s, 4000 cost ${many} s`);
  },
);
