import { assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../lib/wire/refusal.ts";
import type { MemberContext } from "../../lib/server/commands/command.ts";
import { MEMBER_COMMANDS } from "../../lib/server/commands/member.ts";
import { type FirstLine, parseFirstLine } from "../../lib/server/access/first_line.ts";
import { parseLine } from "../../lib/server/parse_line.ts";
import { type Line, TOO_LONG } from "../../lib/wire/lines.ts";

/** Carries out a line; gives what the room was told and what was answered. */
function carryOut(line: string): string[] {
  const told: string[] = [];
  const member = { name: "alice" };
  const room = {
    broadcast: (_: unknown, text: string, { action = false } = {}) =>
      told.push(`${action ? "*" : "says"} ${text}`),
    sendPrivate: (_: unknown, name: string, text: string) => told.push(`to ${name}: ${text}`),
  };
  const reply = (text: string, { kind = "notice" } = {}) => told.push(`${kind} ${text}`);
  const rooms = { roster: { rename: (_: unknown, name: string) => told.push(`is ${name}`) } };
  const context = { rooms, room, member, reply } as unknown as MemberContext;
  const { command, text } = parseLine(line, { bytes: line.length, maxLine: 8192, commands: MEMBER_COMMANDS });
  command.run(context, text);
  return told;
}

const DONE: [line: string, told: string[]][] = [
  ["hello", ["says hello"]],
  [" hello  you ", ["says  hello  you "]],
  ["\x1b[31mred\x07", ["says [31mred"]],
  ["a\tb", ["says a b"]],
  ["//etc/hosts", ["says /etc/hosts"]],
  ["//", ["says /"]],
  ["///", ["says //"]],
  [" /name bob", ["says  /name bob"]],
  ["", []],
  ["   ", []],
  ["\x00\x1b\u202e", []],
  ["\t\u2028", []],
  ["/me waves", ["* waves"]],
  ["/me  waves twice ", ["* waves twice"]],
  ["/ME waves", ["* waves"]],
  ["/me\twaves", ["* waves"]],
  ["\x1b/me waves", ["* waves"]],
  ["/name bob", ["is bob"]],
  ["/msg bob  psst, you ", ["to bob: psst, you"]],
  ["/msg bob /me", ["to bob: /me"]],
  ["/nick bob", ["is bob"]],
  ["/dm bob psst", ["to bob: psst"]],
  ["/pm bob psst", ["to bob: psst"]],
  ["/W bob psst", ["to bob: psst"]],
  ["/query bob psst", ["to bob: psst"]],
  ["/ping", ["pong "]],
  ["/ping 17 b", ["pong 17 b"]],
];

for (const [line, told] of DONE) {
  Deno.test(`parseLine() makes of ${JSON.stringify(line)}: ${told.join(", ") || "nothing"}`, () => {
    assertEquals(carryOut(line), told);
  });
}

const REFUSED: [line: string, part: string][] = [
  ["/nmae bob", 'there is no command "/nmae"; did you mean /name?'],
  ["/nik bob", 'there is no command "/nik"; did you mean /name?'],
  ["/nammes", 'there is no command "/nammes"; did you mean /who?'],
  ["/usres", 'there is no command "/usres"; did you mean /who?'],
  ["/frobnicate", 'there is no command "/frobnicate"; /help lists'],
  ["/", 'there is no command "/"'],
  ["/ name bob", 'there is no command "/"'],
  ["/toString", 'there is no command "/toString"'],
  ["/\x1b[2J", 'there is no command "/[2J"'],
  [`/${"x".repeat(5000)}`, `there is no command "/${"x".repeat(32)}"; `],
  ["/me", "what do you do?"],
  ["/msg bob", "to whom, and what?"],
  ['/hello {"name":"bob"}', "only be the first line"],
];

for (const [line, part] of REFUSED) {
  Deno.test(`parseLine() lets the room see nothing of ${JSON.stringify(line.slice(0, 40))}`, () => {
    assertThrows(() => carryOut(line), Refusal, part);
  });
}

Deno.test("parseLine() refuses a line that is too long, and says how long one may be", () => {
  const { command, cost } = parseLine(TOO_LONG, { bytes: 8194, maxLine: 8192, commands: MEMBER_COMMANDS });
  assertThrows(
    () => command.run({} as MemberContext, ""),
    Refusal,
    "that line is too long: 8192 bytes are the most",
  );
  assertEquals(cost, 9);
});

const COSTS: [line: Line, bytes: number, cost: number][] = [
  ["hello", 5, 1],
  ["", 0, 1],
  ["x".repeat(1024), 1024, 1],
  ["x".repeat(1025), 1025, 2],
  ["é".repeat(600), 1200, 2],
  [" ".repeat(8000), 8000, 8],
  ["\0".repeat(8000), 8000, 8],
  ["/nothing", 8, 1],
  [`/nothing ${"x".repeat(3000)}`, 3009, 3],
  [`/me ${"x".repeat(3000)}`, 3004, 3],
  ["/ping", 5, 1],
  ["/who", 4, 10],
  ["/name bob", 9, 10],
  ["/history", 8, 10],
  ["/WHO", 4, 10],
  [`/name ${"x".repeat(8000)}`, 8006, 10],
  [`/history ${"x".repeat(20_000)}`, 20_009, 20],
];

for (const [line, bytes, cost] of COSTS) {
  Deno.test(`parseLine() charges ${cost} for ${bytes} bytes, ${JSON.stringify(line).slice(0, 12)}`, () => {
    assertEquals(parseLine(line, { bytes, maxLine: 8192, commands: MEMBER_COMMANDS }).cost, cost);
  });
}

const FIRST: [line: Line, first: FirstLine][] = [
  ['/hello {"name":"alice"}', { kind: "hello", json: '{"name":"alice"}' }],
  ["/hello", { kind: "hello", json: "" }],
  ['/hello  {"name": "a"}\t', { kind: "hello", json: '{"name": "a"}' }],
  ["/hello\t{}", { kind: "hello", json: "{}" }],
  ["/hello\0 {}", { kind: "hello", json: "{}" }],
  ["/name alice", { kind: "name", name: "alice" }],
  ["/name  alice ", { kind: "name", name: "alice" }],
  ["/Name alice", { kind: "name", name: "alice" }],
  ["/name", { kind: "name", name: "" }],
  ["GET / HTTP/1.1", { kind: "foreign" }],
  ["GET / HTTP/1.0 ", { kind: "foreign" }],
  ["POST /%0A/name?a=b HTTP/1.1", { kind: "foreign" }],
  ["OPTIONS * HTTP/1.1", { kind: "foreign" }],
  ["CONNECT 192.168.55.13:8081 HTTP/1.1", { kind: "foreign" }],
  ["GET http://192.168.55.13:8081/ HTTP/1.1", { kind: "foreign" }],
  ["hello", { kind: "other" }],
  ["", { kind: "empty" }],
  [" \u200b", { kind: "empty" }],
  ["PRI * HTTP/2.0", { kind: "foreign" }],
  ["/helloo {}", { kind: "other" }],
  ["/names alice", { kind: "other" }],
  ["//name alice", { kind: "other" }],
  [" /name alice", { kind: "other" }],
  ["/me waves", { kind: "other" }],
  ["GET off my lawn", { kind: "other" }],
  ["I read GET / HTTP/1.1", { kind: "other" }],
  ["GET / HTTP/1.1 is a request line", { kind: "other" }],
];

for (const [line, first] of FIRST) {
  Deno.test(`parseFirstLine() takes ${JSON.stringify(line)} for ${first.kind}`, () => {
    assertEquals(parseFirstLine(line), first);
  });
}
