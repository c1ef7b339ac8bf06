import { assert, assertEquals } from "@std/assert";
import { Refusal } from "../../lib/wire/refusal.ts";
import type { MemberContext } from "../../lib/server/commands/command.ts";
import { MEMBER_COMMANDS } from "../../lib/server/commands/member.ts";
import { parseFirstLine } from "../../lib/server/access/first_line.ts";
import { parseLine } from "../../lib/server/parse_line.ts";
import { clean, isBlank } from "../../lib/wire/clean.ts";
import { fc } from "../helpers/property.ts";

/** A room that takes note of what it is told, and what was answered. */
function record() {
  const said: unknown[] = [];
  const answered: unknown[] = [];
  const note = (...args: unknown[]) => void said.push(args);
  const member = { name: "alice" };
  const room = {
    broadcast: (_: unknown, text: string) => note(text),
    sendPrivate: (_: unknown, name: string, text: string) => note("msg", name, text),
    name: "lobby",
    roster: ["alice"],
    history: { history: () => Promise.resolve(0), search: () => Promise.resolve(0) },
  };
  const rooms = {
    roster: { rename: (_: unknown, name: string) => note("name", name) },
    list: () => Promise.resolve([]),
  };
  const context = {
    rooms,
    room,
    move: (room: string) => Promise.resolve(note("join", room)),
    becomeOperator: () => Promise.resolve(),
    member,
    commands: MEMBER_COMMANDS,
    reply: (text: string) => void answered.push(text),
    use: (format: unknown) => void answered.push(format),
    quit: (reason: unknown) => note("quit", reason),
  };
  return { context: context as unknown as MemberContext, said, answered };
}

const word = fc.oneof(
  fc.constantFrom(...[...MEMBER_COMMANDS].map(({ name }) => name)),
  fc.string({ maxLength: 6 }),
);
const anyLine = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.tuple(word, fc.string({ unit: "binary" })).map(([name, text]) => `/${name} ${text}`),
  fc.tuple(fc.integer(), fc.string()).map(([number, text]) => `/once ${number} ${text}`),
);

Deno.test("parseLine() makes of any line something that is said, done, answered, or refused in a sentence", async () => {
  await fc.assert(fc.asyncProperty(anyLine, async (line) => {
    const { context, said } = record();
    const bytes = new TextEncoder().encode(line).length;
    const input = parseLine(line, { bytes, maxLine: 8192, commands: MEMBER_COMMANDS });
    assert(input.cost >= 1);
    try {
      await input.command.run(context, input.text);
    } catch (error) {
      assert(error instanceof Refusal, `${error}`);
      assertEquals(said, [], "the room saw something that was refused");
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x1f\x7f-\x9f]/.test(error.message), JSON.stringify(error.message));
    }
    const text = clean(line);
    if (!text.startsWith("/") && !isBlank(text)) assertEquals(said, [[text]]);
  }));
});

Deno.test("parseFirstLine() takes every first line of HTTP for that", () => {
  const method = fc.constantFrom(
    "GET",
    "POST",
    "PUT",
    "HEAD",
    "OPTIONS",
    "CONNECT",
    "DELETE",
    "PATCH",
    "TRACE",
  );
  const target = fc.webPath().map((path) => path === "" ? "/" : path);
  fc.assert(fc.property(method, target, fc.constantFrom("1.0", "1.1"), (method, target, version) => {
    assertEquals(parseFirstLine(`${method} ${target} HTTP/${version}`).kind, "foreign");
  }));
});
