import { assert, assertEquals } from "@std/assert";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Process, runToEnd, ServerProcess } from "../helpers/process.ts";
import { ServerHere } from "../helpers/server_here.ts";
import { Folder, peakMemory } from "../helpers/system.ts";

const DENO = `"${Deno.execPath()}" run --no-prompt --allow-net`;

/** How a shell calls a client of this server. */
function client(server: { port: number }, args: string): string {
  return `${DENO} client.ts 127.0.0.1 ${server.port} ${args}`;
}

/** Runs a script of bash to its end. */
async function shell(script: string): Promise<{ code: number; output: string[]; errors: string }> {
  await using process = new Process("bash", ["-c", script]);
  const output = await process.rest();
  return { ...await process.ended(), output };
}

const NO_SPACE = "error: cannot write the output: No space left on device\n";

for (
  const command of [
    "server.ts --version",
    "server.ts --help",
    "client.ts --version",
    "client.ts --help",
    "server.ts 127.0.0.1 0",
  ]
) {
  testWith(["run", "net"], `${command} >/dev/full is one sentence and exit code 1`, async () => {
    const { code, errors } = await shell(`${DENO} ${command} >/dev/full`);
    assertEquals([code, errors], [1, NO_SPACE]);
    assertEquals((await shell(`${DENO} ${command} >/dev/full 2>/dev/full`)).code, 1);
  });
}

testWith(
  ["run", "net", "read", "write"],
  "a server whose output was on a full disk logs again, nothing is missing, and nothing is there twice",
  async () => {
    await using folder = await Folder.make();
    const log = folder.file("log");
    const server = new ServerProcess("sh", [
      "-c",
      `trap '' XFSZ; exec ${DENO} server.ts 127.0.0.1 0 --rate 0 > "${log}"`,
    ]);
    await using _ = server;
    await using tail = new Process("tail", ["-n", "+1", "-F", log]);
    server.port = Number(/port (\d+)$/.exec(await tail.until("listening on"))![1]);
    using alice = await server.join("alice");
    const limit = (bytes: string) =>
      new Deno.Command("prlimit", { args: ["--pid", `${server.pid}`, `--fsize=${bytes}`] }).outputSync();
    limit("5000:unlimited");
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i} ${"x".repeat(150)}`);
    await alice.say(...lines);
    while ((await Deno.stat(log)).size < 5000) {
      await alice.say("/ping");
      await alice.until("pong");
    }
    limit("unlimited:unlimited");
    await tail.until("<alice> line 59");
    const logged = tail.seen.filter((line) => line.includes("line"));
    assertEquals(logged, lines.map((line) => `<alice> ${line}`));
  },
);

testWith(["run"], "--help that nobody reads to its end ends quietly", async () => {
  for (const script of ["server.ts", "client.ts"]) {
    const { output, errors } = await shell(`${DENO} ${script} --help | true; echo \${PIPESTATUS[0]}`);
    assertEquals([output, errors], [["0"], ""]);
  }
});

testWith(
  ["run", "net"],
  "what cannot be printed is a sentence and exit code 1, and keeps no name",
  async () => {
    await using server = new ServerHere();
    for (const name of ["f", "f"]) {
      const { code, errors } = await shell(`echo hi | ${client(server, `--name ${name}`)} >/dev/full`);
      assertEquals([code, errors], [1, NO_SPACE]);
    }
  },
);

testWith(["run", "net"], "all of the input is said although nobody reads the output", async () => {
  await using server = new ServerHere();
  for (const [name, reader] of [["ann", "true"], ["ben", "head -1"]]) {
    const { output, errors } = await shell(
      `(echo one; echo two) | ${client(server, `--name ${name}`)} | ${reader} >&2; echo \${PIPESTATUS[1]}`,
    );
    assertEquals(output, ["0"], errors);
    await server.until(`<${name}> one`);
    await server.until(`<${name}> two`);
  }
});

testWith(["run", "net"], "an input without an end is given up when nobody reads the output", async () => {
  await using server = new ServerHere();
  const { output, errors } = await shell(
    `yes | ${client(server, "--name yes")} | true; echo \${PIPESTATUS[1]}`,
  );
  assertEquals([output, errors], [
    ["1"],
    "error: nobody reads the output any more, and not all of the input was said\n",
  ]);
});

testWith(["run", "net"], "an input that cannot be read is one sentence and exit code 1", async () => {
  await using server = new ServerHere();
  for (
    const [input, why] of [["</tmp", "it is a folder"], ["0>/dev/null", "Bad file descriptor"]]
  ) {
    const { code, errors } = await shell(`${client(server, "--name d")} ${input}`);
    assertEquals([code, errors], [1, `error: cannot read the input: ${why}\n`]);
  }
  assertEquals((await shell(`${client(server, "--name d")} <&-`)).code, 0);
});

testWith(["run", "net"], "--follow takes an input that cannot be read for one that has ended", async () => {
  await using server = new ServerHere();
  await using reader = new Process("sh", ["-c", `exec ${client(server, "--follow")} 0>/dev/null`]);
  await reader.until("-- you are");
  using alice = await server.join("alice");
  await alice.say("hello");
  await reader.until("<alice> hello");
});

for (const bytes of [32_001, 1_500_000, 10_000_000]) {
  testWith(["run", "net"], `a line of ${bytes} bytes is refused at once, and the rest is said`, async () => {
    await using server = new ServerHere();
    const { code, errors } = await shell(
      `(echo before; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo after) | ${
        client(server, "--name long")
      }`,
    );
    assertEquals([code, errors], [
      1,
      `error: not said, because no server takes a line of more than 32000 bytes: ${"x".repeat(40)}…\n` +
      "error: not all of the input was said\n",
    ]);
    assertEquals([await server.until("<long>"), await server.until("<long>")], [
      "<long> before",
      "<long> after",
    ]);
  });
}

testWith(["run", "net"], "a line without an end takes no memory", async () => {
  await using server = new ServerHere();
  await using process = new Process("sh", ["-c", `exec ${client(server, "--name endless")}`]);
  await process.until("-- you are endless");
  const before = await peakMemory(process.pid);
  const part = "x".repeat(1024 * 1024 - 1);
  for (let i = 0; i < 200; i++) await process.write(part);
  await process.say("", "after");
  await process.until("<You> after");
  const grown = await peakMemory(process.pid) - before;
  assert(grown < 100, `it took ${grown} MiB`);
});

testWith(
  { permissions: ["run", "net"], others: { tput: findProgram("tput") !== undefined } },
  "a line that shows nothing once it is cleaned is passed over",
  async () => {
    await using server = new ServerHere();
    const { code, output, errors } = await shell(
      `(tput -T linux sgr0; echo; printf '\\017\\n/me \\342\\200\\213x\\n'; echo x) | ${
        client(server, "--name ci")
      }`,
    );
    assertEquals([code, errors], [0, ""]);
    assertEquals(output.includes("<You> x"), true);
  },
);

testWith(["run", "net"], "a byte order mark at the beginning of the input is no part of it", async () => {
  await using server = new ServerHere();
  const input = "\ufeff/me waves";
  const { code } = await runToEnd("client.ts", ["127.0.0.1", `${server.port}`, "--name", "ci"], { input });
  assertEquals(code, 0);
  await server.until("* ci waves");
});
