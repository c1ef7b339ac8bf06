import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerState } from "../../../lib/client/state.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";

const SERVER = { hostname: "10.0.0.1", port: 8081 };
const FILE = "10.0.0.1_8081.json";
const IDENTITY = "0123456789abcdef".repeat(4);

const PLACE = { room: "lobby", log: "a", seq: 1, time: 0, messages: 1 };

/** A file, whether its identity can be saved, and whether its place can. */
const DAMAGED: [what: string, text: string, identity: boolean, place: boolean][] = [
  ["nothing", "", false, false],
  ["no JSON", "hello", false, false],
  ["zeros, as after a power cut", "\0".repeat(500), false, false],
  ["half of a file", `{"identity":"${IDENTITY}","places":[{"ro`, true, false],
  ["an array", "[]", false, false],
  ["null", "null", false, false],
  ["an identity that is a number", `{"identity":1,"places":[${JSON.stringify(PLACE)}]}`, false, true],
  ["an identity that is far too short", '{"identity":"1"}', false, false],
  ["an identity with control characters", `{"identity":"${IDENTITY}\\n"}`, false, false],
  ["a name with control characters", `{"identity":"${IDENTITY}","name":"\\u001b[2J"}`, true, false],
  ["a room that is an object", `{"identity":"${IDENTITY}","room":{"__proto__":1}}`, true, false],
  [
    "places by prototype keys",
    `{"identity":"${IDENTITY}","places":{"__proto__":{"seq":1},"constructor":1}}`,
    true,
    false,
  ],
  [
    "one good place of three",
    JSON.stringify({ identity: IDENTITY, places: [PLACE, { ...PLACE, seq: "2" }, null] }),
    true,
    true,
  ],
  ["10 MB", `{"identity":"${IDENTITY}","name":"${"x".repeat(10_000_000)}"}`, true, false],
  ["brackets without end", "[".repeat(900_000), false, false],
];

for (const [what, text, identity, place] of DAMAGED) {
  testWith(["read", "write"], `a damaged file is kept aside, and said: ${what}`, async () => {
    await using folder = await Folder.make({ [FILE]: text });
    const reports: string[] = [];
    const open = () =>
      ServerState.open(SERVER, {
        folder: { path: folder.path },
        report: (sentence) => reports.push(sentence),
      });
    await using state = await open();
    const path = folder.file(FILE);
    assertEquals(reports, [
      `${path} was damaged: it is now ${path}.damaged, and what could not be read is forgotten`,
    ]);
    assertEquals(Deno.readTextFileSync(`${path}.damaged`), text);
    assertEquals(state.identity === IDENTITY, identity);
    assertMatch(state.identity!, /^[0-9a-f]{64}$/);
    assertEquals(state.place("lobby")?.seq, place ? 1 : undefined);
    assertEquals([state.name, state.remembers], [undefined, true]);
    await using next = await open();
    assertEquals([next.identity, reports.length], [state.identity, 1]);
  });
}

testWith(["read", "write"], "no damaged file is overwritten by another", async () => {
  await using folder = await Folder.make();
  const reports: string[] = [];
  const report = (sentence: string) => reports.push(sentence);
  for (let i = 1; i <= 10; i++) {
    Deno.writeTextFileSync(folder.file(FILE), `${i}`);
    await using state = await ServerState.open(SERVER, { folder: { path: folder.path }, report });
    assertEquals(state.remembers, i < 10);
  }
  for (let i = 2; i < 10; i++) {
    assertEquals(Deno.readTextFileSync(folder.file(`${FILE}.damaged-${i}`)), `${i}`);
  }
  assertEquals(Deno.readTextFileSync(folder.file(FILE)), "10");
  assertMatch(reports[9], /^nothing can be remembered in .*: it is damaged, and so are the 9 files/);
});

testWith(["read", "write"], "what other versions of the client keep in the file stays", async () => {
  await using folder = await Folder.make({ [FILE]: `{"identity":"${IDENTITY}","addresses":["10.0.0.1"]}` });
  const state = await ServerState.open(SERVER, { folder: { path: folder.path } });
  state.note({ name: "alice" });
  await state[Symbol.asyncDispose]();
  const { addresses, name } = JSON.parse(Deno.readTextFileSync(folder.file(FILE)));
  assertEquals([addresses, name], [["10.0.0.1"], "alice"]);
});

testWith(["read", "write"], "a folder of the file's name is left alone, and said", async () => {
  await using folder = await Folder.make();
  Deno.mkdirSync(folder.file(FILE));
  const reports: string[] = [];
  const report = (sentence: string) => reports.push(sentence);
  await using state = await ServerState.open(SERVER, { folder: { path: folder.path }, report });
  assertEquals([state.identity, reports.length], [undefined, 1]);
  assertMatch(reports[0], /it is not a file$/);
  assert(Deno.statSync(folder.file(FILE)).isDirectory);
});
