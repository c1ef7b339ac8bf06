import { assert, assertEquals } from "@std/assert";
import { CLIENT_USAGE } from "../../../lib/client/options.ts";
import { DEFAULTS, FIXED } from "../../../lib/server/limits.ts";
import { parseServerArgs, SERVER_USAGE } from "../../../lib/server/options.ts";
import { AUDIENCES, commandsFor, namesOf } from "../../../lib/wire/commands.ts";
import { blocks, listed, read, readAll, rows, section } from "../../helpers/documents.ts";
import { testWith } from "../../helpers/needs.ts";

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

function flagsIn(text: string): Set<string> {
  return new Set(text.match(/(?<![\w-])--[a-z][a-z0-9]*(?:-[a-z]+)*/g));
}

testWith(["read"], "the documents list every flag, and name no other", async () => {
  const flag = /^`(--[a-z-]+)/g;
  const denos = new Set(["--allow-net"]);
  const server = section(await read("docs/OPERATING.md"), "The server's flags");
  // That of `export` is in the sentence below the table.
  assert(server.includes("[--room NAME] [--format text|json]"));
  const ofExport = new Set(["--format", "--room"]);
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
  const named = (text: string) => new Set([...text.matchAll(command)].map(([, name]) => name));
  const lists = {
    "docs/USING.md": ["Commands", AUDIENCES.client],
    "docs/PROTOCOL.md": ["Commands", AUDIENCES.member],
    "docs/OPERATING.md": ["The operator", AUDIENCES.operator],
  } as const;
  const all = new Set<string>();
  for (const [document, [heading, audiences]] of Object.entries(lists)) {
    const text = section(await read(document), heading);
    // The operator has some in common with everyone, which are in a sentence.
    const told = audiences === AUDIENCES.operator ? named(text) : listed(text, command);
    const commands = commandsFor(audiences);
    assertEquals(told, new Set(commands.map(({ name }) => name)), document);
    for (const name of commands.flatMap(namesOf)) all.add(name);
  }
  assertEquals(named(await readAll()).difference(all), new Set());
});

testWith(["read"], "the documents list the other names of commands, and no others", async () => {
  const lists = { "docs/USING.md": AUDIENCES.client, "docs/PROTOCOL.md": AUDIENCES.member };
  for (const [document, audiences] of Object.entries(lists)) {
    const cells = rows(section(await read(document), "Commands"));
    const namesIn = (cell: string) => [...cell.matchAll(/`\/([^\s`]+)[^`]*`/g)].map(([, name]) => name);
    const told = cells.filter(([, others]) => others.startsWith("`/"))
      .map(([first, others]) => [...namesIn(first), ...namesIn(others)]);
    const known = commandsFor(audiences).map(namesOf).filter(({ length }) => length > 1);
    assertEquals(told.sort(), known.sort(), document);
  }
});

testWith(["read"], "the documents name the defaults", async () => {
  const operating = await read("docs/OPERATING.md");
  const flags: Record<keyof typeof DEFAULTS, string> = {
    history: "--history",
    maxClients: "--max-clients",
    maxPerAddress: "--max-per-address",
    rate: "--rate",
    burst: "--burst",
    maxLine: "--max-line",
  };
  const byFlag = (heading: string, flag: string) =>
    rows(section(operating, heading)).find(([first]) => new RegExp(`\`${flag}[ \`]`).test(first));
  for (const [limit, flag] of Object.entries(flags)) {
    const value = `${DEFAULTS[limit as keyof typeof DEFAULTS]}`;
    assertEquals(byFlag("The server's flags", flag)?.[1], value, flag);
    assertEquals(byFlag("Limits", flag)?.[1].split(" ")[0], value, flag);
  }
});

testWith(["read"], "the documents name the other limits", async () => {
  const table = rows(section(await read("docs/OPERATING.md"), "Limits"));
  /** In which row of the table each is, and how. */
  const told: Record<keyof typeof FIXED, [row: string, unit: (value: number) => string]> = {
    maxUndecided: ["connections that were not greeted yet", String],
    maxHttp: ["requests of browsers and scripts", String],
    maxHttpPerSource: ["the same, from one address", String],
    httpWaitMs: ["requests of browsers and scripts", time],
    maxHeadBytes: ["the head of a request", size],
    headTimeoutMs: ["the head of a request", time],
    maxMessageBytes: ["a message on a WebSocket", size],
    maxPendingLogins: ["connections without the password", String],
    maxPendingPerSource: ["the same from one address", String],
    loginTimeoutMs: ["connections without the password", time],
    maxTries: ["wrong passwords of a connection", String],
    firstWaitMs: ["the wait after a wrong password", time],
    maxWaitMs: ["the wait after a wrong password", time],
    forgivenAfterMs: ["the wait after a wrong password", time],
    stallTimeoutMs: ["a member that takes nothing", time],
    silenceTimeoutMs: ["a client with a key that is silent", time],
    drainMs: ["what a member that leaves has not read", time],
    maxSearchWords: ["words of a `/search`", String],
    maxUnreadBytes: ["unread answers and private messages", size],
    maxLogBytes: ["the memory of all rooms", size],
    maxHistory: ["`/history` and `/search`", String],
    maxHistoryBytes: ["`/history` and `/search`", size],
    maxKeys: ["what is known of clients that left", String],
    maxKeysPerSource: ["the same, of one address", String],
    keyAgeMs: ["what is known of clients that left", time],
    maxLost: ["names kept for clients whose connection broke", String],
    graceMs: ["names kept for clients whose connection broke", time],
    maxOpenRooms: ["rooms that someone is in", String],
    maxRoomsPerSource: ["the same, begun from one address", String],
    maxOwnedNames: ["names that belong to people", String],
    maxGainedADay: ["the same, gained a day from one address", String],
    maxNames: ["the same, of one person", String],
    maxDevices: ["devices of one person", String],
  };
  for (const [limit, [row, unit]] of Object.entries(told)) {
    const value = unit(FIXED[limit as keyof typeof FIXED]);
    const cells = table.find(([first]) => first === row);
    assert(cells !== undefined, `the table of limits has no row "${row}"`);
    const words = new RegExp(`(?<![\\w.])${value}(?!\\w)`);
    assert(cells.slice(1).some((cell) => words.test(cell)), `${limit}: "${row}" does not say ${value}`);
  }
});

/** How the documents write a time, which is given in milliseconds. */
function time(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms > 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

/** How the documents write a number of bytes. */
function size(bytes: number): string {
  return bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2} MiB` : `${bytes / 1024} KiB`;
}

testWith(["read"], "the tasks that the documents name exist", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const named = [...(await readAll()).matchAll(/\bdeno(?:@[\d.]+)?\s+task\s+([a-z:]+)/g)].map(([, task]) =>
    task
  );
  assert(named.length >= 20);
  for (const task of named) assert(task in tasks, `there is no task ${task}`);
});

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
