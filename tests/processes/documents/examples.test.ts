import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../../lib/net/tcp.ts";
import { blocks, DOCUMENTS, read } from "../../helpers/documents.ts";
import { Peer } from "../../helpers/peer.ts";
import { findProgram, testWith } from "../../helpers/needs.ts";
import { Process, ServerProcess } from "../../helpers/process.ts";
import { Folder } from "../../helpers/system.ts";

testWith(["run", "net", "read"], "the commands of the documents work", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  await using server = await ServerProcess.start();
  const commands = (await Promise.all(DOCUMENTS.map((document) => blocks(document, "sh")))).flat()
    .flatMap((block) => block.trim().split("\n"));
  assert(commands.length >= 10);
  for (const command of commands) {
    const task = /^(?:npx -y deno@2\.9\.6|deno) task (\S+)/.exec(command)?.[1];
    if (task !== undefined) assert(task in tasks, `there is no task ${task}`);
    // What would run this test again.
    if (task === "test") continue;
    const starts = task === "start" || command.includes("server.ts");
    const port = starts ? "0" : `${server.port}`;
    const here = command
      .replace("npx -y deno@2.9.6", "deno")
      .replace(/task start$/, "task start 192.168.55.13 8081")
      .replaceAll(/\bdeno (run|task)/g, `"${Deno.execPath()}" $1`)
      .replaceAll("192.168.55.13", "127.0.0.1")
      .replaceAll("8081", port);
    await using process = new Process("sh", ["-c", here]);
    const stays = starts
      ? "listening on 127.0.0.1 port"
      : command.startsWith("nc ")
      ? "-- you are"
      : undefined;
    if (stays !== undefined) {
      await process.until(stays);
      continue;
    }
    await process.endInput();
    await process.rest();
    const { code, errors } = await process.ended();
    // A task says which command it runs.
    const own = task === undefined ? errors : errors.split("\n").slice(1).join("\n");
    assertEquals({ code, errors: own }, { code: 0, errors: "" }, command);
    const said = /^echo "(.*)"/.exec(command)?.[1];
    if (said !== undefined) await server.until(`> ${said}`);
  }
});

testWith(["run", "net", "read"], "the session that the README shows is what one sees", async () => {
  await using server = await ServerProcess.start();
  const connect = async () => new Peer(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
  using alice = await connect();
  await alice.say("/name alice", "who wants to go for lunch?", "/me looks at the clock");
  await server.until("* alice looks");
  const [shown] = await blocks("README.md", "text");
  const [start, ...lines] = shown.trim().split("\n");
  assertEquals(start, "› nc 192.168.55.13 8081");
  using bob = await connect();
  using others = new DisposableStack();
  /** What the others do when bob has typed this. */
  const reactions: Record<string, () => Promise<void>> = {
    "me, in five minutes": () => alice.say("fine"),
    "/msg alice is there still cake?": async () => {
      await alice.until("cake");
      await alice.say("/msg bob psst, only one piece");
      await bob.until("only one piece");
      const carol = others.use(await connect());
      await carol.say("/name carol", "hello");
    },
  };
  const seen: string[] = [];
  for (const line of lines) {
    const typed = /^› (.*)/.exec(line)?.[1];
    if (typed === undefined) {
      if (!bob.seen.slice(seen.length).length) await bob.next();
      const came = bob.seen[seen.length].replace("127.0.0.1", "192.168.55.20");
      seen.push(came.replace(/^\d\d:\d\d/, line.slice(0, 5)));
      assertEquals(seen.at(-1), line);
    } else {
      await bob.say(typed);
      await reactions[typed]?.();
    }
  }
  assertEquals(await bob.next(), undefined);
});

testWith(
  { permissions: ["run", "net", "read"], others: { python3: findProgram("python3") !== undefined } },
  "the client that docs/PROTOCOL.md shows works",
  async () => {
    await using server = await ServerProcess.start();
    const [client] = await blocks("docs/PROTOCOL.md", "python");
    await using echo = new Process("python3", ["-c", client, "127.0.0.1", `${server.port}`]);
    await server.until("-- echo joined");
    using alice = await server.join("alice");
    await alice.say("/msg echo is anyone there?");
    assertEquals(await alice.until("[echo]"), "[echo] is anyone there?");
    server.kill("SIGTERM");
    assertEquals(await echo.next(), "the server is shutting down");
    assertEquals(await echo.ended(), { code: 0, errors: "" });
  },
);

testWith(
  {
    permissions: ["run", "read", "write"],
    others: { "systemd-analyze": findProgram("systemd-analyze") !== undefined },
  },
  "systemd finds nothing wrong with the service of docs/OPERATING.md",
  async () => {
    const [unit] = await blocks("docs/OPERATING.md", "ini");
    // Whatever it is that is started, it has to be there.
    const startable = unit.replace("/usr/local/bin/parley-server", Deno.execPath());
    await using folder = await Folder.make({ "parley.service": startable });
    await using verify = new Process("systemd-analyze", ["verify", folder.file("parley.service")]);
    await verify.rest();
    assertEquals(await verify.ended(), { code: 0, errors: "" });
  },
);
