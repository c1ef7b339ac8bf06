/**
 * The proof that nothing is lost and nothing comes twice, on real processes: while twenty clients talk, half of
 * them over WebSocket as the page does, their connections are cut, also in the middle of a line, of a frame, and of the head
 * with which a WebSocket is opened, and the server is killed at any moment and started again on the same file.
 *
 * It was seen failing with the commit moved after the send (clients saw entries that the file then did not have), and
 * with the numbers of `/once` ignored (lines were said twice).
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { testWith } from "../helpers/needs.ts";
import { ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";
import { torture, type Tortured } from "../helpers/torture.ts";
import { contradictions, type Witness } from "../helpers/witness.ts";

/** `deno task torture` takes another seed, and more of everything. */
const SEED = Number(setting("TORTURE_SEED") ?? 1);
const KILLS = Number(setting("TORTURE_KILLS") ?? 10);

const ROOM = { seed: SEED, clients: 20, speakers: 10, browserEvery: 2 };

/** Where they move, if they do. */
const ROOMS = ["lobby", "kitchen", "2nd-floor"];

/** The longest life of a server, in milliseconds; and where they move, which takes some quiet, with fewer lives. */
const LIFE = 250;
const LIFE_WITH_MOVES = 4 * LIFE;

function setting(name: string): string | undefined {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
    ? Deno.env.get(name)
    : undefined;
}

function report(what: string, { witnesses, cuts }: Tortured): void {
  const sum = (count: (witness: Witness) => number) => {
    const [all, browsers] = [witnesses, witnesses.filter(({ browser }) => browser)]
      .map((some) => some.reduce((total, one) => total + count(one), 0));
    return `${all} (${browsers})`;
  };
  console.log(
    `seed ${SEED}: ${what}${cuts.between} cuts, ${cuts.within} within what was sent, ` +
      `${cuts.opening} of WebSockets that were being opened; of all (over WebSocket): ` +
      `${sum((one) => one.reconnects)} reconnects, ${sum((one) => one.stays.length - 1)} moves, ` +
      `${sum((one) => one.said.length)} lines said, ${sum((one) => one.seen.length)} entries seen`,
  );
}

/** What is wrong with the file after all that. */
function checkFile(path: string, witnesses: Witness[]): string[] {
  using db = new DatabaseSync(path);
  assertEquals(db.prepare("PRAGMA integrity_check").get()!.integrity_check, "ok");
  const rows = db.prepare("SELECT room, text FROM log WHERE kind = 'said'").all();
  const times = new Map<string, number>();
  const strayed = rows.filter(({ room, text }) => String(text).split(" ")[1] !== room);
  for (const { text } of rows) times.set(String(text), (times.get(String(text)) ?? 0) + 1);
  const problems = witnesses.flatMap(({ delivered }) => delivered)
    .filter((text) => times.get(text) !== 1)
    .map((text) => `${text} is in the file ${times.get(text) ?? 0} times`);
  problems.push(...strayed.map(({ room, text }) => `${text} is in the file in ${room}`));
  for (const [text, count] of times) if (count > 1) problems.push(`${text} is in the file ${count} times`);
  return problems.slice(0, 20);
}

/** Fails if those over TCP, or those over WebSocket, were cut off too seldom: so often each, on average. */
function checkReconnects(witnesses: Witness[], least: number): void {
  for (const [browser, some] of Map.groupBy(witnesses, ({ browser }) => browser)) {
    const reconnects = some.reduce((sum, one) => sum + one.reconnects, 0);
    assert(
      reconnects >= least * some.length,
      `${reconnects} reconnects over ${browser ? "WebSocket" : "TCP"}`,
    );
  }
}

/** Lets them talk while the server is killed again and again, and checks what they saw, and what is in the file. */
async function tortureWithKills({ rooms, life, kills }: {
  rooms?: readonly string[];
  life: number;
  kills: number;
}): Promise<void> {
  await using folder = await Folder.make();
  const path = folder.file("room.db");
  const start = (port: number) =>
    ServerProcess.start(["--data", path, "--rate", "0", "--quiet"], { ...folder, port });
  let server = await start(0);
  // Whichever server it is at the end, however the test ends.
  await using _ = { [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  const { port } = server;
  const tortured = await torture({
    ...ROOM,
    rooms,
    port,
    cuts: 6 * kills,
    cutEvery: LIFE,
    async meanwhile(random, witnesses) {
      for (let i = 0; i < kills; i++) {
        await delay(life * random());
        server.kill("SIGKILL");
        await server[Symbol.asyncDispose]();
        server = await start(port);
        // Whoever failed often waits for long, unless there is someone who wants it at once.
        for (const { conversation } of witnesses) if (random() < 0.5) conversation.hurry();
      }
    },
  });
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  const { witnesses } = tortured;
  report(`${kills} kills, `, tortured);
  assertEquals(contradictions(witnesses), []);
  assertEquals(checkFile(path, witnesses), []);
  // On a busy machine some are still waiting for their next attempt when the last server starts.
  checkReconnects(witnesses, 1 / 4);
  const moves = witnesses.reduce((sum, { stays }) => sum + stays.length - 1, 0);
  if (rooms !== undefined) assert(moves >= witnesses.length / 2, `${moves} moves`);
}

testWith(
  ["run", "net", "read", "write", "env"],
  `a server that is killed ${KILLS} times while connections are cut loses nothing and repeats nothing`,
  () => tortureWithKills({ life: LIFE, kills: KILLS }),
);

testWith(
  ["run", "net", "read", "write", "env"],
  `the same, while all of them move between rooms: nothing is said or seen in the wrong one`,
  () => tortureWithKills({ rooms: ROOMS, life: LIFE_WITH_MOVES, kills: Math.ceil(KILLS / 3) }),
);

testWith(
  ["run", "net", "env"],
  "connections that are cut lose nothing and repeat nothing in memory either, with moves between rooms",
  async () => {
    await using server = await ServerProcess.start(["--rate", "0", "--quiet"]);
    const { port } = server;
    const tortured = await torture({
      ...ROOM,
      rooms: ROOMS,
      port,
      cuts: 5 * KILLS,
      cutEvery: 50,
    });
    report("", tortured);
    assertEquals(contradictions(tortured.witnesses), []);
    checkReconnects(tortured.witnesses, 1 / 4);
  },
);
