import { assert, assertEquals } from "@std/assert";
import { CLIENT_USAGE } from "../../lib/client/options.ts";
import { COMMANDS } from "../../lib/server/commands/member.ts";
import { OPERATOR_COMMANDS } from "../../lib/server/commands/operator.ts";
import { DEFAULTS, parseServerArgs, SERVER_USAGE } from "../../lib/server/options.ts";
import { blocks, DOCUMENTS, read, readAll, rows, section } from "../helpers/documents.ts";
import { testWith } from "../helpers/permissions.ts";
import { ROOT } from "../helpers/process.ts";

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

/** Whatever the first cells of tables begin with that matches this. */
function listed(text: string, pattern: RegExp): Set<string> {
  return new Set(rows(text).flatMap(([first]) => [...first.matchAll(pattern)].map(([, name]) => name)));
}

function flagsIn(text: string): Set<string> {
  return new Set(text.match(/(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z]+)*/g));
}

testWith(["read"], "the documents list every flag, and name no other", async () => {
  const flag = /^`(--[a-z-]+)/g;
  const denos = new Set(["--allow-net"]);
  const server = section(await read("docs/OPERATING.md"), "The server's flags");
  // That of `export` is in the sentence below the table.
  assert(server.includes("[--format text|json]"));
  const ofExport = new Set(["--format"]);
  assertEquals(listed(server, flag), flagsIn(SERVER_USAGE).difference(denos.union(ofExport)));
  const client = section(await read("docs/USING.md"), "Flags");
  assertEquals(listed(client, flag), flagsIn(CLIENT_USAGE).difference(denos));
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

testWith(["read"], "the tasks that the documents name exist", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const named = [...(await readAll()).matchAll(/\bdeno(?:@[\d.]+)?\s+task\s+([a-z:]+)/g)].map(([, task]) =>
    task
  );
  assert(named.length >= 20);
  for (const task of named) assert(task in tasks, `there is no task ${task}`);
});

testWith(["read"], "every document is linked from the README", async () => {
  const readme = await read("README.md");
  for (const document of DOCUMENTS.slice(1)) assert(readme.includes(`](${document})`), document);
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    assert(!name.endsWith(".md") || DOCUMENTS.includes(`docs/${name}`), name);
  }
});

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

testWith(["read"], "the README tells whoever has only npm how to test and to join", async () => {
  const commands = (await blocks("README.md", "sh")).join("");
  for (const words of ["task test", "task start", "task join", "run --allow-net client.ts"]) {
    assert(commands.includes(`npx -y deno@2.9.6 ${words}`), `no command has "${words}"`);
  }
});

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
