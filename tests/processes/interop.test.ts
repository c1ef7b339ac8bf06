import { assertEquals } from "@std/assert";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Process, ROOT } from "../helpers/process.ts";
import { ServerHere } from "../helpers/server_here.ts";
import { freePort } from "../helpers/system.ts";

const peers = new URL("../shared/peers/", ROOT).pathname;
const python = {
  permissions: ["run", "net", "read"] as ["run", "net", "read"],
  others: {
    python3: findProgram("python3") !== undefined,
    "../shared/peers": exists(`${peers}seed_client.py`),
  },
};

function exists(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") return false;
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Resolves when someone listens there. */
async function listening(port: number): Promise<void> {
  while (true) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
  }
}

testWith(python, "client.ts, nc and the original client talk to each other through the server", async () => {
  await using server = new ServerHere();
  await using rich = server.client(["--name", "rich"]);
  await using nc = new Process("nc", ["127.0.0.1", `${server.port}`]);
  await using original = new Process("python3", [
    "-u",
    `${peers}seed_client.py`,
    "127.0.0.1",
    `${server.port}`,
  ]);
  const all = [rich, nc, original];
  await rich.until("-- you are rich");
  for (const peer of [nc, original]) await peer.until("-- you are 127.0.0.1");
  for (const [i, speaker] of all.entries()) {
    await speaker.say(`from ${i}`);
    if (speaker === rich) await rich.until(`<You> from ${i}`);
    for (const listener of all) if (listener !== speaker) await listener.until(`> from ${i}`);
  }
});

testWith(python, "client.ts talks plain text with the original server, and says so", async () => {
  const port = freePort();
  await using server = new Process("python3", ["-u", `${peers}seed_server.py`, "127.0.0.1", `${port}`]);
  await listening(port);
  await using client = new Process(Deno.execPath(), [
    "run",
    "--allow-net",
    "client.ts",
    "127.0.0.1",
    `${port}`,
  ]);
  await using original = new Process("python3", ["-u", `${peers}seed_client.py`, "127.0.0.1", `${port}`]);
  assertEquals(await client.next(), "Welcome to this chatroom!");
  await client.until("-- this server is not parley");
  await original.until("Welcome to this chatroom!");
  await client.say("hello from parley");
  await client.until("<You> hello from parley");
  await original.until("<127.0.0.1> hello from parley");
  await original.say("hello from Python");
  await client.until("<127.0.0.1> hello from Python");
  await client.endInput();
  assertEquals(await client.ended(), { code: 0, errors: "" });
  await server.until("hello from Python");
});

testWith(
  { permissions: ["run", "net"], others: { ncat: findProgram("ncat") !== undefined } },
  "client.ts talks plain text with ncat --chat",
  async () => {
    const port = freePort();
    await using _server = new Process("ncat", ["--chat", "-l", "127.0.0.1", `${port}`]);
    await listening(port);
    await using client = new Process(Deno.execPath(), [
      "run",
      "--allow-net",
      "client.ts",
      "127.0.0.1",
      `${port}`,
    ]);
    await client.until("-- this server is not parley");
    await using other = new Process("ncat", ["127.0.0.1", `${port}`]);
    await other.say("hello from ncat");
    await client.until("hello from ncat");
    await client.say("hello from parley");
    await other.until("hello from parley");
    await client.endInput();
    assertEquals((await client.ended()).code, 0);
  },
);
