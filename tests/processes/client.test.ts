import { assert, assertEquals, assertMatch } from "@std/assert";
import { testWith } from "../helpers/needs.ts";
import { Process, runToEnd } from "../helpers/process.ts";
import { ServerHere } from "../helpers/server_here.ts";

testWith(
  ["run", "net"],
  "echo hello | client.ts sends, waits for its receipt, and exits with 0",
  async () => {
    await using server = new ServerHere();
    const { code, output, errors } = await runToEnd("client.ts", [
      "127.0.0.1",
      `${server.port}`,
      "--name",
      "ci",
    ], { input: "hello" });
    assertEquals([code, errors], [0, ""]);
    assert(output.split("\n").includes("<You> hello"), output);
    await server.until("<ci> hello");
  },
);

testWith(["run", "net"], "what was not delivered is said, with exit code 1", async () => {
  await using server = new ServerHere();
  const { code, errors } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`], { input: "/nope" });
  assertEquals(code, 1);
  assertMatch(errors, /^error: there is no command "\/nope"[^\n]*\nerror: the server refused/);
});

testWith(["run", "net"], "client.ts --follow | grep prints plain lines as they come", async () => {
  await using server = new ServerHere();
  await using reader = new Process("sh", [
    "-c",
    `"${Deno.execPath()}" run --allow-net client.ts 127.0.0.1 ${server.port} --follow </dev/null | grep --line-buffered said`,
  ]);
  await server.until("joined");
  await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--name", "bob"], {
    input: "it was said\nno match",
  });
  assertEquals(await reader.next(), "<bob> it was said");
});

testWith(["run", "net"], "--json prints one object a line", async () => {
  await using server = new ServerHere();
  const { code, output } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--json"], {
    input: "hello",
  });
  assertEquals(code, 0);
  const kinds = output.split("\n").map((line) => JSON.parse(line).kind);
  assert(kinds.includes("welcome") && kinds.includes("said") && kinds.at(-1) === "closed", kinds.join());
});

testWith(["run", "net"], "client.ts | head -1 ends quietly", async () => {
  await using server = new ServerHere();
  await using reader = new Process("bash", [
    "-c",
    `"${Deno.execPath()}" run --allow-net client.ts 127.0.0.1 ${server.port} --follow </dev/null | head -1; echo "\${PIPESTATUS[0]}"`,
  ]);
  assertEquals(await reader.next(), "Welcome to this chatroom!");
  // It notices with the next line that it cannot print.
  await server.until("joined");
  await runToEnd("client.ts", ["127.0.0.1", `${server.port}`], { input: "one\ntwo" });
  assertEquals(await reader.next(), "0");
  assertEquals((await reader.ended()).errors, "");
});

testWith(["run"], "a server that is not there is one sentence and exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, output, errors } = await runToEnd("client.ts", ["127.0.0.1", `${port}`]);
  assertEquals([code, output], [1, ""]);
  assertMatch(errors, /^error: cannot reach 127.0.0.1 port \d+: no one listens there; [^\n]*\n$/);
});

testWith(["run", "net"], "a connection that the operator ends is one sentence and exit code 1", async () => {
  await using server = new ServerHere(["--max-clients", "1"]);
  await using first = server.client(["--follow"]);
  await first.until("-- you are");
  await using second = server.client(["--follow"]);
  await second.rest();
  assertEquals(await second.ended(), { code: 1, errors: "error: the room is full (1 connections)\n" });
});

testWith(
  ["run"],
  "a client that is called wrongly gets the usage on standard error and exit code 2",
  async () => {
    const { code, output, errors } = await runToEnd("client.ts", ["127.0.0.1", "8081", "--nmae", "x"]);
    assertEquals([code, output], [2, ""]);
    assert(errors.startsWith("Usage: "), errors);
    const why = "error: there is no flag --nmae; did you mean --name?";
    assert(errors.split("\n").at(-2)!.startsWith(why), errors);
    assert(errors.split("\n").length < 8, errors);
  },
);

testWith(
  ["run", "net"],
  "a client that is interrupted leaves the room, and its name is free at once",
  async () => {
    await using server = new ServerHere();
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      await using client = server.client(["--name", "alice", "--follow"]);
      await client.until("-- you are alice");
      client.kill(signal);
      await client.rest();
      assertEquals(await client.ended(), { code, errors: "" });
      assertEquals(await server.until("left"), "-- alice left");
    }
  },
);

testWith(["run", "net"], "whoever produces more than can be said waits, and is not read ahead", async () => {
  await using server = new ServerHere(["--burst", "100", "--rate", "1000"]);
  const client =
    `"${Deno.execPath()}" run --no-prompt --allow-net client.ts 127.0.0.1 ${server.port} --name ci`;
  await using pipe = new Process("sh", ["-c", `(seq 1 1000000; echo produced >&2) | ${client}`]);
  await server.until("<ci> 3000");
  await pipe[Symbol.asyncDispose]();
  assertEquals((await pipe.ended()).errors.includes("produced"), false);
});

testWith(["run", "net"], "without --follow no history is printed, with it there is", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await bob.say("from before");
  await server.until("<bob>");
  const { output } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`], { input: "hello" });
  assertEquals([output.includes("from before"), output.includes("<You> hello")], [false, true]);
  await using reader = server.client(["--follow"]);
  await reader.until(/^\d\d:\d\d <bob> from before$/);
});

testWith(
  ["run", "net"],
  "what a build says is said, even if it begins with a path, and without its colours",
  async () => {
    await using server = new ServerHere();
    const build = [
      "/usr/bin/ld: cannot find -lfoo",
      "/* a comment */",
      "\x1b[31merror\x1b[0m: it is red",
      "//two",
    ];
    const { code } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--name", "ci"], {
      input: build.join("\n"),
    });
    assertEquals(code, 0);
    for (const line of [build[0], build[1], "error: it is red", "/two"]) {
      assertEquals(await server.until("<ci>"), `<ci> ${line}`);
    }
  },
);

testWith(
  ["run", "net"],
  "a script says nothing if it cannot have the name that it asked for",
  async () => {
    await using server = new ServerHere();
    using bob = await server.join("bob");
    const { code, errors } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--name", "Bob"], {
      input: "hello",
    });
    assertEquals([code, errors.includes('the name "Bob" is taken')], [1, true]);
    assertEquals(
      errors.includes('you cannot be called "Bob": someone else is; nothing was said; choose another --name'),
      true,
    );
    await bob.say("/history");
    await bob.until("nothing was said yet");
  },
);

testWith(
  ["run", "net"],
  "a script goes from room to room, and says in each what is meant for it",
  async () => {
    await using server = new ServerHere();
    const to = ["127.0.0.1", `${server.port}`];
    const reader = async (room: string) => {
      const peer = await server.join(`in-${room}`);
      await peer.say(`/join ${room}`);
      await peer.until(`in ${room}`);
      return peer;
    };
    using kitchen = await reader("kitchen");
    using hall = await reader("hall");
    const { code, output } = await runToEnd("client.ts", [
      ...to,
      "--name",
      "ci",
      "--room",
      "#Kitchen",
      "--json",
    ], {
      input: "one\n/j hall\ntwo\n/rooms",
    });
    assertEquals(code, 0);
    assertEquals([await kitchen.until("<ci>"), await hall.until("<ci>")], ["<ci> one", "<ci> two"]);
    const events = output.split("\n").map((line) => JSON.parse(line));
    const welcomes = events.filter(({ kind }) => kind === "welcome");
    assertEquals(welcomes.map(({ room, from }) => [room, from]), [["kitchen", undefined], [
      "hall",
      "kitchen",
    ]]);
    const { rooms } = events.find(({ rooms }) => rooms !== undefined);
    assertEquals(rooms.map(({ name }: { name: string }) => name).sort(), ["hall", "kitchen", "lobby"]);
  },
);

testWith(
  ["run", "net"],
  "a script says nothing more after a room that it cannot join, and fails",
  async () => {
    await using server = new ServerHere();
    using bob = await server.join("bob");
    const { code, errors } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--name", "ci"], {
      input: "one\n/join a!b\ntwo",
    });
    assertEquals(code, 1);
    assertMatch(errors, /^error: "a!b" is not allowed/);
    assertMatch(
      errors,
      /error: you are still in lobby: "\/join a!b" did not work, and nothing after it was said$/m,
    );
    await bob.until("-- ci left");
    assertEquals(bob.seen.filter((line) => line.startsWith("<ci>")), ["<ci> one"]);
  },
);

testWith(["run", "net"], "--json --follow tells of other rooms, and of mentions there", async () => {
  await using server = new ServerHere();
  await using watcher = server.client(["--name", "ci", "--json", "--follow"]);
  await watcher.until('"welcome"');
  using bob = await server.join("bob");
  await bob.say("/join kitchen", "ci, come here");
  const mention = JSON.parse(await watcher.until('"mention"'));
  assertEquals([mention.room, mention.name], ["kitchen", "bob"]);
  await watcher.until(/"kind":"rooms".*kitchen/);
  await watcher.endInput();
  watcher.kill("SIGTERM");
});
