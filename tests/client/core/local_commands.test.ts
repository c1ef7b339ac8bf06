import { assert, assertEquals } from "@std/assert";
import {
  CLIENT_COMMANDS,
  isQuit,
  type LocalContext,
  takeLocally,
} from "../../../lib/client/core/local_commands.ts";
import { Ignored } from "../../../lib/client/core/ignore.ts";
import { MEMBER_COMMANDS } from "../../../lib/server/commands/member.ts";

function take(line: string, context: Partial<LocalContext> = {}) {
  return takeLocally(line, { ignored: new Ignored(), rich: true, ...context });
}

const ONLY_HERE = ["ignore", "r", "clear"];

Deno.test("takeLocally() makes of /r a private message to whoever wrote last", () => {
  assertEquals(take("/r  see you ", { correspondent: "bob" }), {
    answer: [],
    send: true,
    line: "/msg bob see you",
  });
  for (const [line, correspondent] of [["/r hi", undefined], ["/R", "bob"]] as const) {
    const taken = take(line, { correspondent });
    assertEquals([taken?.send, taken?.refused], [false, true], line);
  }
  assertEquals(take("/r hi", { rich: false }), undefined, "another server may know such a line");
});

Deno.test("takeLocally() clears the screen for /clear", () => {
  let cleared = 0;
  assertEquals(take("/clear", { clear: () => cleared++ }), { answer: [], send: false });
  assertEquals(take("/clear"), { answer: [], send: false });
  assertEquals(cleared, 1);
});

Deno.test("takeLocally() and isQuit() know the aliases", () => {
  for (const line of ["/h", "/?", "/H"]) assertEquals(take(line), take("/help"), line);
  assertEquals(["/q", "/exit", "/Bye so long", "/part", "/quit", "q", "//q"].map(isQuit), [
    ...Array(5).fill(true),
    false,
    false,
  ]);
});

Deno.test("takeLocally() takes /ignore for the client", () => {
  const ignored = new Ignored();
  assertEquals(take(" /IGNORE  bob ", { ignored })?.send, false);
  assertEquals(take("/ignore", { ignored }), { answer: ["you ignore bob"], send: false });
});

Deno.test("takeLocally() leaves all other lines to the server", () => {
  for (
    const line of ["hello", "", "/ignored bob", "//ignore bob", "/who", "ignore bob", "/name x", "/quit"]
  ) {
    assertEquals(take(line), undefined, line);
  }
});

Deno.test("takeLocally() answers /help in lines that fit a narrow terminal", () => {
  const help = take("/help", { keys: ["Tab completes"] })!;
  assertEquals(help.send, false);
  assertEquals(help.answer.at(-1), "Tab completes");
  for (const line of help.answer) assert(`-- ${line}`.length <= 40, line);
  assert(take("/help", { rich: false })!.send, "another server has a help of its own");
});

Deno.test("takeLocally() does not let through what the client says by itself", () => {
  for (const line of ["/json", "/TEXT", '/hello {"name":"x"}', "/once 1 x"]) {
    const taken = take(line);
    assertEquals([taken?.send, taken?.refused], [false, true], line);
    assertEquals(take(line, { rich: false }), undefined, "another server may know such a line");
  }
});

Deno.test("the commands of the client are those of the server, but for what programs need", () => {
  const forPrograms = ["json", "text", "hello", "once", "ping"];
  const server = [...MEMBER_COMMANDS].map(({ name }) => name).filter((name) => !forPrograms.includes(name));
  const client = CLIENT_COMMANDS.map(({ name }) => name).filter((name) => !ONLY_HERE.includes(name));
  assertEquals(client.sort(), server.sort());
});
