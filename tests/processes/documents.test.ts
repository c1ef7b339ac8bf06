import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../lib/net/tcp.ts";
import { CLIENT_USAGE } from "../../lib/client/options.ts";
import { COMMANDS } from "../../lib/server/commands/member.ts";
import { OPERATOR_COMMANDS } from "../../lib/server/commands/operator.ts";
import { DEFAULTS, parseServerArgs, SERVER_USAGE } from "../../lib/server/options.ts";
import { Folder } from "../helpers/folder.ts";
import { Peer } from "../helpers/peer.ts";
import { testWith } from "../helpers/permissions.ts";
import { findProgram, Process, ROOT, ServerProcess } from "../helpers/process.ts";

/** The documents for people; what `bench` writes is a report. */
const DOCUMENTS = [
  "README.md",
  "SECURITY.md",
  "docs/ARCHITECTURE.md",
  "docs/OPERATING.md",
  "docs/PROMISES.md",
  "docs/PROTOCOL.md",
  "docs/USING.md",
];

/** Flags of other programs that the documents name; those that begin with `--allow-` are Deno's, too. */
const FOREIGN_FLAGS = new Set([
  "--add-port",
  "--chat",
  "--filter",
  "--max-semi-space-size",
  "--now",
  "--quick",
  "--ssl",
  "--v8-flags",
]);

/** The most words that the README may have, as `wc -w` counts them. */
const MAX_README_WORDS = 1200;

/** The longest line of a table, in characters. */
const MAX_TABLE_WIDTH = 120;

function read(document: string): Promise<string> {
  return Deno.readTextFile(new URL(document, ROOT));
}

async function readAll(): Promise<string> {
  return (await Promise.all(DOCUMENTS.map(read))).join("\n");
}

/** The code blocks of this language. */
async function blocks(document: string, language: string): Promise<string[]> {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...(await read(document)).matchAll(fence)].map((match) => match[1]);
}

/** The lines below a heading, up to the next one. */
function section(text: string, heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  assert(start !== -1, `there is no heading "${heading}"`);
  const end = text.indexOf("\n## ", start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

/** The cells of all tables in a text, row by row. */
function rows(text: string): string[][] {
  return [...text.matchAll(/^\|(.*)\|$/gm)].map(([, row]) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim())
  );
}

/** Whatever the first cells of tables begin with that matches this. */
function listed(text: string, pattern: RegExp): Set<string> {
  return new Set(rows(text).flatMap(([first]) => [...first.matchAll(pattern)].map(([, name]) => name)));
}

function flagsIn(text: string): Set<string> {
  return new Set(text.match(/(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z]+)*/g));
}

testWith(["read"], "the documents list every flag, and name no other", async () => {
  const flag = /^`(--[a-z-]+)/g;
  const server = section(await read("docs/OPERATING.md"), "The server's flags");
  // Those of `export` are in the sentence below the table.
  assertEquals(
    listed(server, flag).union(flagsIn(server)),
    flagsIn(SERVER_USAGE).union(new Set(["--allow-net", "--allow-read"])),
  );
  assertEquals(
    listed(section(await read("docs/USING.md"), "Flags"), flag),
    flagsIn(CLIENT_USAGE).difference(new Set(["--allow-net"])),
  );
  const known = flagsIn(`${SERVER_USAGE} ${CLIENT_USAGE}`).union(FOREIGN_FLAGS);
  const unknown = [...flagsIn(await readAll())].filter((name) =>
    !known.has(name) && !name.startsWith("--allow-")
  );
  assertEquals(unknown, []);
});

testWith(["read"], "the documents list every command, and name no other", async () => {
  const command = /`\/([a-z]+)(?=[ `])/g;
  const names = (commands: Iterable<{ name: string }>) => [...commands].map(({ name }) => name);
  const [members, operator] = [new Set(names(COMMANDS)), new Set(names(OPERATOR_COMMANDS))];
  const protocol = section(await read("docs/PROTOCOL.md"), "Commands");
  assertEquals(listed(protocol, command), members);
  const own = section(await read("docs/OPERATING.md"), "The operator");
  const told = new Set([...own.matchAll(command)].map(([, name]) => name));
  assertEquals(told, operator);
  const text = await readAll();
  const everyone = members.union(operator).union(new Set(["ignore"]));
  for (const [, name] of text.matchAll(command)) assert(everyone.has(name), `/${name} does not exist`);
  const people = listed(section(await read("docs/USING.md"), "Commands"), command);
  const programs = new Set(["json", "text", "hello", "once", "ping"]);
  assertEquals(people, members.difference(programs).union(new Set(["ignore"])));
});

testWith(["read"], "the documents name the defaults", async () => {
  const operating = await read("docs/OPERATING.md");
  const flags = {
    "--history": DEFAULTS.history,
    "--max-clients": DEFAULTS.maxClients,
    "--max-per-address": DEFAULTS.maxPerAddress,
    "--rate": DEFAULTS.rate,
    "--burst": DEFAULTS.burst,
    "--max-line": DEFAULTS.maxLine,
  };
  assertEquals(Object.values(flags).length, Object.values(DEFAULTS).length);
  const byFlag = (heading: string, flag: string) =>
    rows(section(operating, heading)).find(([first]) => new RegExp(`\`${flag}[ \`]`).test(first));
  for (const [flag, value] of Object.entries(flags)) {
    assertEquals(byFlag("The server's flags", flag)?.[1], `${value}`, flag);
    assertEquals(byFlag("Limits", flag)?.[1].split(" ")[0], `${value}`, flag);
  }
});

testWith(["read"], "each promise of SECURITY.md names a test that exists", async () => {
  const unwrapped = async (document: string) => (await read(document)).replaceAll(/\n +(?![ -])/g, " ");
  const [promised] = (await unwrapped("SECURITY.md")).split("\n## What is not promised");
  const shown = await unwrapped("docs/PROMISES.md");
  const promises = (text: string) => [...text.matchAll(/^(?:##|-) (.*)$/gm)].map(([, promise]) => promise);
  assertEquals(promises(shown), promises(promised));
  assert(promises(shown).length >= 60);
  const sources = new Map<string, Set<string>>();
  for (const [, promise, tests] of shown.matchAll(/^- (.*)\n((?: {2}- .*\n)*)/gm)) {
    assert(tests !== "", `"${promise}" names no test`);
    for (const [line] of tests.matchAll(/^ .*$/gm)) {
      const [, file, title] = /^ {2}- `(tests\/\S+)`: "(.*)"(?: \(.*\))?$/.exec(line) ?? [];
      assert(file !== undefined, `cannot read "${line}"`);
      if (!sources.has(file)) sources.set(file, titlesIn(await read(file)));
      assert(sources.get(file)!.has(title), `"${promise}": there is no test "${title}" in ${file}`);
    }
  }
});

/** All that may be the title of a test in a source, with … for what a template takes from elsewhere. */
function titlesIn(source: string): Set<string> {
  const strings = [...source.matchAll(/"([^"\n]*)"/g)].map(([, title]) => title);
  const templates = [...source.matchAll(/`([^`\n]*)`/g)].map(([, title]) =>
    title.replace(/\$\{[^}]*\}/g, "…")
  );
  return new Set([...strings, ...templates]);
}

testWith(["read"], "the links between the documents point at what is there", async () => {
  for (const document of DOCUMENTS) {
    const base = new URL(document, ROOT);
    const links = [...(await read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
    for (const link of links.filter((link) => !link.startsWith("https:"))) {
      const url = new URL(link, base);
      const { hash } = url;
      url.hash = "";
      const info = await Deno.stat(url).catch(() => undefined);
      assert(info?.isFile, `${document} links to ${link}, which is not there`);
      if (hash === "") continue;
      const headings = anchorsIn(await Deno.readTextFile(url));
      assert(headings.has(hash.slice(1)), `${document} links to ${link}, which has no such heading`);
    }
  }
});

/** The anchors of the headings in a document, as GitHub makes them. */
function anchorsIn(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{Nd} _-]/gu, "").replaceAll(" ", "-")),
  );
}

testWith(["read"], "the README is short, and the lines of tables are", async () => {
  const words = (await read("README.md")).trim().split(/\s+/).length;
  assert(words <= MAX_README_WORDS, `the README has ${words} words`);
  for (const [line] of (await readAll()).matchAll(/^ *\|.*$/gm)) {
    assert(line.length <= MAX_TABLE_WIDTH, `a line of ${line.length} characters: ${line}`);
  }
});

testWith(
  ["read"],
  "the way of a line passes functions that are there, and no folder is left out",
  async () => {
    const architecture = await read("docs/ARCHITECTURE.md");
    const steps = rows(section(architecture, "The way of a line")).filter(([file]) => file.startsWith("`"));
    assert(steps.length >= 25);
    for (const [file, functions] of steps) {
      const source = await read(file.slice(1, -1));
      for (const [, name] of functions.matchAll(/`([^`]+)`/g)) {
        const definition = new RegExp(`(?:^ {2}|function )(?:async )?\\*?${name}[<(]`, "m");
        assert(definition.test(source), `${file} has no function ${name}`);
      }
    }
    const told = listed(section(architecture, "Folder by folder"), /`(lib\/[^`]*)\/`/g);
    assertEquals(told, new Set(await foldersIn("lib")));
  },
);

/** All folders below a folder. */
async function foldersIn(folder: string): Promise<string[]> {
  const folders = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) folders.push(`${folder}/${name}`, ...await foldersIn(`${folder}/${name}`));
  }
  return folders;
}

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

testWith(["read"], "the README tells whoever has only npm how to test and to join", async () => {
  const commands = (await blocks("README.md", "sh")).join("");
  for (const words of ["task test", "task start", "task join", "run --allow-net client.ts"]) {
    assert(commands.includes(`npx -y deno@2.9.6 ${words}`), `no command has "${words}"`);
  }
});

testWith(["run", "net", "read"], "the session that the README shows is what one sees", async () => {
  await using server = await ServerProcess.start();
  const connect = async () => new Peer(await connectTcp({ hostname: "127.0.0.1", port: server.port }));
  using alice = await connect();
  using carol = await connect();
  await alice.say("/name alice", "who wants to go for lunch?", "/me looks at the clock");
  await server.until("* alice looks");
  const [shown] = await blocks("README.md", "text");
  const [start, ...lines] = shown.trim().split("\n");
  assertEquals(start, "› nc 192.168.55.13 8081");
  using bob = await connect();
  /** What the others do when bob has typed this. */
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

testWith(["read"], "the service of docs/OPERATING.md starts the server with flags that it has", async () => {
  const [unit] = await blocks("docs/OPERATING.md", "ini");
  const [, program, args] = /^ExecStart=(\S+) (.*)$/m.exec(unit)!;
  assertEquals(program, "/usr/local/bin/parley-server");
  const command = parseServerArgs(args.split(" "));
  assert(command.kind === "serve" && command.quiet);
  assertEquals([command.hostname, command.port], ["0.0.0.0", 8081]);
  // It may write nowhere else.
  assertEquals(command.data?.path, "/var/lib/parley/room.db");
  assert(unit.includes("\nStateDirectory=parley\n"));
});

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
