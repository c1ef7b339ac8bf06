import { assert, assertEquals } from "@std/assert";
import { CLIENT_USAGE } from "../../lib/client/options.ts";
import { COMMANDS } from "../../lib/server/commands/member.ts";
import { OPERATOR_COMMANDS } from "../../lib/server/commands/operator.ts";
import { SERVER_USAGE } from "../../lib/server/options.ts";
import { testWith } from "../helpers/needs.ts";
import { Peer } from "../helpers/peer.ts";
import { Process, ROOT, ServerProcess } from "../helpers/process.ts";
import { connectTcp } from "../../lib/net/tcp.ts";

async function blocks(language: string): Promise<string[]> {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map((match) => match[1]);
}

testWith(["read"], "the README names every flag and every command, and no other", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const flags = new Set(`${SERVER_USAGE} ${CLIENT_USAGE}`.match(/--[a-z-]+/g));
  for (const flag of flags) assert(readme.includes(`${flag}`), `${flag} is missing`);
  const commands = [...COMMANDS, ...OPERATOR_COMMANDS].map(({ name }) => name);
  for (const name of [...commands, "ignore"]) assert(readme.includes(`\`/${name}`), `/${name} is missing`);
  // Those that begin with --allow are Deno's.
  for (const [, flag] of readme.matchAll(/^\| `(--(?!allow-)[a-z-]+)/gm)) {
    assert(flags.has(flag), `${flag} does not exist`);
  }
});

testWith(["read"], "each promise of SECURITY.md names a test that exists", async () => {
  const security = await Deno.readTextFile(new URL("SECURITY.md", ROOT));
  const rows = [...security.matchAll(/^\| (?!promise|-)(.*) \| (.*) \|$/gm)];
  assert(rows.length >= 15);
  for (const [, promise, shown] of rows) {
    const [, file, title] = /^`(tests\/\S+)`: (.*?)(?: \((?:that|and),? .*\))?$/.exec(shown.trim())!;
    const titles = await Deno.readTextFile(new URL(file, ROOT));
    assert(titles.includes(`"${title}"`), `${promise.trim()}: there is no test "${title}" in ${file}`);
  }
});

testWith(["run", "net", "read"], "the commands of the README work", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  await using server = await ServerProcess.start();
  const commands = (await blocks("sh")).flatMap((block) => block.trim().split("\n"));
  assert(commands.length >= 6);
  for (const command of commands) {
    const task = /^(?:npx -y deno@2\.9\.6|deno) task (\S+)/.exec(command)?.[1];
    if (task !== undefined) assert(task in tasks, `there is no task ${task}`);
    // It would run this test again.
    if (task === "test") continue;
    const starts = task === "start" || command.includes("server.ts");
    const port = starts ? "0" : `${server.port}`;
    const here = command
      .replace("npx -y deno@2.9.6 task start", "deno task start 127.0.0.1 0")
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
    assertEquals(await process.ended(), { code: 0, errors: "" }, command);
  }
});

testWith(["run", "net", "read"], "the session that the README shows is what one sees", async () => {
  await using server = await ServerProcess.start();
  const connect = async () => new Peer(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
  using alice = await connect();
  using carol = await connect();
  await alice.say("/name alice", "who wants to go for lunch?", "/me looks at the clock");
  await server.until("* alice looks");
  const [shown] = await blocks("text");
  const [start, ...lines] = shown.trim().split("\n");
  assertEquals(start, "› nc 192.168.55.13 8081");
  using bob = await connect();
  /** What the others do once bob has typed this. */
  const reactions: Record<string, () => Promise<void>> = {
    "me, in five minutes": () => alice.say("fine"),
    "/msg alice is there still cake?": async () => {
      await alice.until("cake");
      await alice.say("/msg bob psst, only one piece");
      await bob.until("only one piece");
      await carol.say("/name carol", "hello");
    },
  };
  const seen: string[] = [];
  for (const line of lines) {
    const typed = /^› (.*)/.exec(line)?.[1];
    if (typed === undefined) {
      if (!bob.seen.slice(seen.length).length) await bob.next();
      seen.push(bob.seen[seen.length].replace(/^\d\d:\d\d/, line.slice(0, 5)));
      assertEquals(seen.at(-1), line);
    } else {
      await bob.say(typed);
      await reactions[typed]?.();
    }
  }
  assertEquals(await bob.next(), undefined);
});
