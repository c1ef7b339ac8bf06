import { assert, assertEquals } from "@std/assert";
import { get } from "node:https";
import { EXECUTABLES } from "../../scripts/compile.ts";
import { testWith } from "../helpers/needs.ts";
import { Process, ROOT, ServerProcess } from "../helpers/process.ts";
import { Terminal, WITH_TMUX } from "../helpers/terminal.ts";

/** The Deno that the runtime named by `DENORT_BIN` belongs to. */
const DENO = "deno@2.6.5";

function runtimeIsThere(): boolean {
  if (Deno.permissions.querySync({ name: "env", variable: "DENORT_BIN" }).state !== "granted") return false;
  return Deno.env.get("DENORT_BIN") !== undefined;
}

testWith(
  { permissions: ["run", "net", "read", "write", "env"], others: { "DENORT_BIN, see CI": runtimeIsThere() } },
  "the executables talk to each other from an empty directory, with an empty environment",
  async () => {
    const compiled = await new Deno.Command("npx", { args: ["-y", DENO, "task", "compile"], cwd: ROOT })
      .output();
    assert(compiled.success, new TextDecoder().decode(compiled.stderr));
    const directory = await Deno.makeTempDir();
    try {
      // Not by this process: another test may start a program meanwhile, which has it open for writing for a moment, too.
      const copied = await new Deno.Command("cp", {
        args: [...EXECUTABLES.map(({ name }) => new URL(`dist/${name}`, ROOT).pathname), directory],
      }).output();
      assert(copied.success);
      const options = { cwd: directory, clearEnv: true };
      await using server = await ServerProcess.start([], {
        program: `${directory}/parley-server`,
        ...options,
      });
      assert(server.seen[1].startsWith("join with: ./parley-client 127.0.0.1"));
      const program = `${directory}/parley-client`;
      await using alice = server.client(["--name", "alice"], { program, ...options });
      await using bob = server.client(["--name", "bob"], { program, ...options });
      await alice.until("-- you are alice");
      await bob.until("-- you are bob");
      await alice.say("hello from alice");
      await bob.until("<alice> hello from alice");
      await bob.say("hello from bob");
      await alice.until("<bob> hello from bob");
      await using nc = new Process("nc", ["-N", "127.0.0.1", `${server.port}`]);
      await nc.say("hello from nc");
      await nc.endInput();
      await alice.until("<127.0.0.1> hello from nc");
      await talkAsBrowser(server.port);
      await alice.until("<carol> hello from carol");
      if (WITH_TMUX.tmux) await talkInTerminal(program, server.port);
      for (const client of [alice, bob]) {
        await client.endInput();
        assertEquals(await client.ended(), { code: 0, errors: "" });
      }
      server.kill("SIGTERM");
      assertEquals((await server.ended()).code, 0);
      await talkInSecret(directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);

/** The page is in the executable, and so is what it speaks. */
async function talkAsBrowser(port: number): Promise<void> {
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  assertEquals(page, await Deno.readTextFile(new URL("lib/client/web/page.html", ROOT)));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.onopen = () => socket.send("/name carol\nhello from carol\n/quit\n");
  await closed;
}

/** What a browser is told over TLS by a server whose certificate nobody vouches for. */
async function healthOf(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = get({ host: "127.0.0.1", port, path: "/health", rejectUnauthorized: false }, (answer) => {
    answer.setEncoding("utf8").once("data", resolve);
  });
  asked.on("error", reject);
  return await promise;
}

/** In a real terminal, where nothing may ask for a permission in the middle of the chat. */
async function talkInTerminal(program: string, port: number): Promise<void> {
  await using maria = await Terminal.start([program, "127.0.0.1", `${port}`], { env: { USER: "maria" } });
  await maria.until("your name (Enter: maria):");
  await maria.press("Enter");
  await maria.until("/help lists");
  await maria.press("C-z");
  await maria.type("hello from maria");
  await maria.press("Enter");
  await maria.until("<You> hello from maria");
  await maria.press("C-d");
  assertEquals(await maria.ended(), 0);
}

/** A room with a password over TLS, from the same executables. */
async function talkInSecret(directory: string): Promise<void> {
  await Deno.writeTextFile(`${directory}/password`, "s3cret\n", { mode: 0o600 });
  const server = await ServerProcess.start(
    ["--password-file", "password", "--cert", "cert.pem", "--key", "key.pem", "--data", "room.db"],
    { program: `${directory}/parley-server`, cwd: directory, clearEnv: true },
  );
  await using _ = server;
  const fingerprint =
    /--fingerprint (\w{64})$/.exec(server.seen.find((line) => line.startsWith("join with"))!)![1];
  assertEquals((await Deno.stat(`${directory}/key.pem`)).mode! & 0o777, 0o600);
  const say = async (text: string, args: string[], env?: Record<string, string>) => {
    const program = `${directory}/parley-client`;
    await using client = server.client(args, { program, cwd: directory, clearEnv: true, env });
    await client.say(text);
    await client.endInput();
    return { lines: await client.rest(), ...await client.ended() };
  };
  const password = ["--password-file", "password"];
  const told = await say("hello", ["--fingerprint", fingerprint, ...password]);
  assertEquals([told.code, told.errors, told.lines.includes("<You> hello")], [0, "", true]);
  assertEquals((await say("hello", ["--ca", "cert.pem", ...password])).code, 0);
  // What the operating system trusts is trusted.
  const system = await say("hello", ["--tls", ...password], { SSL_CERT_FILE: `${directory}/cert.pem` });
  assertEquals([system.code, system.errors], [0, ""]);
  for (
    const [args, why] of [
      [["--tls"], /this server is not known: its certificate has the fingerprint/],
      [["--fingerprint", "0".repeat(64)], /this is not the server that you mean/],
      [["--fingerprint", fingerprint], /the room has a password/],
      [[], /this server speaks TLS: start the client with --tls/],
    ] as const
  ) {
    const { code, errors } = await say("hello", [...args]);
    assertEquals([code, why.test(errors)], [1, true], errors);
  }
  assertEquals(JSON.parse(await healthOf(server.port)), { ok: true });
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  const options = { cwd: directory, clearEnv: true };
  await using printing = new Process(`${directory}/parley-server`, ["export", "--data", "room.db"], options);
  assertEquals((await printing.rest()).filter((line) => line.endsWith("> hello")).length, 3);
}
