import { assert, assertEquals, assertMatch } from "@std/assert";
import { CLIENT_CALL } from "../../lib/cli/version.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Peer } from "../helpers/peer.ts";
import { Process, ROOT, runToEnd, ServerProcess } from "../helpers/process.ts";
import { openFiles, settledFiles } from "../helpers/system.ts";

async function connect(server: ServerProcess): Promise<Peer> {
  return new Peer(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
}

testWith(["run", "net"], "the server says where it listens, and then what happens", async () => {
  await using server = await ServerProcess.start();
  assertEquals(server.seen, [
    `listening on 127.0.0.1 port ${server.port}`,
    `join with: ${CLIENT_CALL} 127.0.0.1 ${server.port}   or: nc 127.0.0.1 ${server.port}`,
  ]);
  using alice = await connect(server);
  await alice.say("/name alice", "hello");
  assertEquals(await server.take(3), ["127.0.0.1 connected", "-- alice joined", "<alice> hello"]);
});

testWith(["run", "net"], "--quiet prints the ready lines only", async () => {
  await using server = await ServerProcess.start(["--quiet"]);
  using alice = await connect(server);
  await alice.say("hello", "/ping");
  await alice.until("pong");
  server.kill("SIGTERM");
  assertEquals(await server.rest(), []);
});

for (
  const [script, program] of [["server.ts", "Usage: deno run --allow-net server.ts"], [
    "client.ts",
    "Usage: deno run --allow-net client.ts",
  ]]
) {
  testWith(["run"], `${script} --help prints its usage`, async () => {
    const { code, output } = await runToEnd(script, ["--help"]);
    assertEquals(code, 0);
    assert(output.startsWith(program));
  });

  testWith(["run"], `${script} --version prints the version`, async () => {
    const { code, output } = await runToEnd(script, ["--version"]);
    assertEquals(code, 0);
    assertMatch(output, /^parley \d+\.\d+\.\d+$/);
  });

  testWith(["run"], `${script} without permission to use the network names the flag`, async () => {
    await using process = new Process(Deno.execPath(), ["run", script, "127.0.0.1", "8081"]);
    const { code, errors } = await process.ended();
    assertEquals(code, 1);
    assertMatch(errors, /^error: the \w+ may not use the network; start it with: deno run --allow-net/);
  });
}

testWith(
  ["run"],
  "a server that is called wrongly gets the usage on standard error and exit code 2",
  async () => {
    const { code, output, errors } = await runToEnd("server.ts", ["--histroy", "5"]);
    assertEquals([code, output], [2, ""]);
    assert(errors.startsWith("Usage: "), errors);
    const why = "error: there is no flag --histroy; did you mean --history?";
    assert(errors.split("\n").at(-2)!.startsWith(why), errors);
    assert(errors.split("\n").length < 8, errors);
  },
);

testWith(["run", "net"], "a port in use is one sentence and exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, errors } = await runToEnd("server.ts", ["127.0.0.1", `${listener.addr.port}`]);
  assertEquals(code, 1);
  assertMatch(errors, /^error: cannot listen on 127.0.0.1 port \d+: another program uses it; [^\n]*\n$/);
});

for (
  const [address, why] of [
    ["192.0.2.1", "this machine does not have that address"],
    ["no-such-host.invalid", "there is no host of that name"],
  ]
) {
  testWith(
    ["run"],
    `an address that cannot be listened on (${address}) is one sentence and exit code 1`,
    async () => {
      const { code, errors } = await runToEnd("server.ts", [address, "8081"]);
      assertEquals(code, 1);
      assert(errors.startsWith(`error: cannot listen on ${address} port 8081: ${why}`), errors);
      assertEquals(errors.split("\n").length, 2);
    },
  );
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  testWith(["run", "net"], `${signal} ends the server in order, with exit code 0`, async () => {
    await using server = await ServerProcess.start();
    using alice = await connect(server);
    await alice.say("/name alice");
    await server.until("-- alice joined");
    server.kill(signal);
    assertEquals((await alice.rest()).at(-1), "-- the server is shutting down");
    alice[Symbol.dispose]();
    assertEquals((await server.rest()).at(-1), "-- the server is shutting down");
    assertEquals(await server.ended(), { code: 0, errors: "" });
  });
}

testWith(["run", "net"], "a second signal ends the server at once", async () => {
  await using server = await ServerProcess.start();
  using stuck = await connect(server);
  await stuck.say("/name stuck");
  await server.until("-- stuck joined");
  server.kill("SIGTERM");
  await stuck.until("shutting down");
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 130);
});

testWith(["run", "net"], "the server goes on when nobody reads its console any more", async () => {
  await using shell = new Process("sh", [
    "-c",
    `exec 3>&1; "${Deno.execPath()}" run --allow-net server.ts 127.0.0.1 0 | head -1; echo over >&3`,
  ]);
  const port = Number(/port (\d+)$/.exec(await shell.until("listening on"))![1]);
  using alice = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
  using bob = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
  await alice.say("/name alice");
  await bob.say("/name bob", "one", "two");
  await alice.until("<bob> two");
  await new Deno.Command("pkill", { args: ["-TERM", "-P", `${shell.pid}`, "deno"] }).output();
  await alice.until("shutting down");
});

testWith(
  { permissions: ["run", "net"], others: { python3: findProgram("python3") !== undefined } },
  "connections that are reset before they are accepted neither end nor stall the server",
  async () => {
    await using server = await ServerProcess.start();
    using alice = await connect(server);
    await alice.say("/name alice");
    await alice.until("-- you are alice");
    const resets = `
import socket, struct
for _ in range(300):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.connect(("127.0.0.1", ${server.port}))
    s.close()
`;
    await new Deno.Command("python3", { args: ["-c", resets] }).output();
    using bob = await connect(server);
    await bob.say("/name bob", "hello");
    await alice.until("<bob> hello");
  },
);

testWith(["run", "net"], "a server that is out of file descriptors says so, and recovers", async () => {
  await using server = new Process("sh", [
    "-c",
    `ulimit -n 64; exec "${Deno.execPath()}" run --allow-net server.ts 127.0.0.1 0 2>&1`,
  ]);
  const port = Number(/port (\d+)$/.exec(await server.until("listening on"))![1]);
  const visit = async () => {
    using alice = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
    await alice.say("/name alice");
    await alice.until("-- you are alice");
    await alice.say("/quit");
    await alice.rest();
  };
  // What a server opens with its first connection stays open.
  await visit();
  await server.until("alice left");
  const files = await settledFiles(server.pid);
  const connections = await Promise.all(
    Array.from({ length: 80 }, () => connectTcp({ hostname: "127.0.0.1", port })),
  );
  await server.until("error: nobody more can connect for now");
  for (const connection of connections) connection.close();
  await visit();
  assertEquals(await openFiles(server.pid, files), files);
});

testWith(
  ["read"],
  "deno task start and join run quietly: a download bar would erase their first lines",
  async () => {
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
    for (const task of ["start", "join"]) assertMatch(tasks[task], /^deno run (-q|--quiet) /);
  },
);
