import { assertEquals } from "@std/assert";
import { Outbox } from "../../../lib/client/core/outbox.ts";

/** Takes everything that is to be sent, and returns it as it would be sent. */
function sendAll(outbox: Outbox): string[] {
  const sent = [];
  for (let line; (line = outbox.next()) !== undefined;) sent.push(`${line.number ?? "-"} ${line.text}`);
  return sent;
}

function filled(...texts: string[]): Outbox {
  const outbox = new Outbox();
  for (const text of texts) outbox.add(text);
  return outbox;
}

const waiting = (outbox: Outbox) => outbox.lines.map(({ text }) => text);

Deno.test("Outbox numbers what has an alias as what it means", () => {
  assertEquals(sendAll(filled("/dm bob x", "/PM bob y", "/w bob z", "/query bob", "/nick bob", "/q")), [
    "1 /dm bob x",
    "2 /PM bob y",
    "3 /w bob z",
    "4 /query bob",
    "- /nick bob",
    "- /q",
  ]);
});

Deno.test("Outbox.refusedCommand() is the last command that was sent, until a line after it is answered", () => {
  const outbox = filled("a", "/nmae bob", "b", "/wo");
  assertEquals(outbox.refusedCommand(), undefined);
  outbox.next();
  outbox.next();
  outbox.answered(1, true);
  assertEquals(outbox.refusedCommand(), "/nmae bob");
  assertEquals(outbox.refusedCommand(), undefined, "told twice");
  sendAll(outbox);
  outbox.answered(2, true);
  outbox.add("c");
  sendAll(outbox);
  outbox.answered(3, true);
  assertEquals(outbox.refusedCommand(), undefined, "what came after it was answered");
});

Deno.test("Outbox.refusedCommand() is never one that nobody typed", () => {
  const outbox = new Outbox();
  outbox.add("/who", { unasked: true });
  outbox.next();
  assertEquals(outbox.refusedCommand(), undefined);
});

Deno.test("Outbox numbers what the server confirms, and nothing else", () => {
  const outbox = filled(
    "a",
    "/me waves",
    "/msg bob psst",
    "//etc",
    "/who",
    "/me",
    "",
    "  ",
    "/MSG bob x",
    "/quit",
    "b",
  );
  assertEquals(sendAll(outbox), [
    "1 a",
    "2 /me waves",
    "3 /msg bob psst",
    "4 //etc",
    "- /who",
    "- /me",
    "- ",
    "-   ",
    "5 /MSG bob x",
    "- /quit",
    "6 b",
  ]);
  assertEquals(waiting(outbox), ["a", "/me waves", "/msg bob psst", "//etc", "/MSG bob x", "b"]);
});

Deno.test("Outbox does not number what is blank once it is cleaned", () => {
  const outbox = filled("\x0f", "\u200b\ufeff \u3164", "/me \u00ad", "\x0fx");
  assertEquals(sendAll(outbox), ["- \x0f", "- \u200b\ufeff \u3164", "- /me \u00ad", "1 \x0fx"]);
});

Deno.test("Outbox keeps a line until it is answered", () => {
  const outbox = filled("a", "b");
  sendAll(outbox);
  assertEquals(sendAll(outbox), []);
  assertEquals(outbox.answered(1, true), []);
  assertEquals(waiting(outbox), ["b"]);
  assertEquals(outbox.answered(1, true), []);
  assertEquals(outbox.answered(7, true), []);
  assertEquals(outbox.answered(2, false), []);
  assertEquals(waiting(outbox), []);
});

Deno.test("Outbox sends again what was not taken, in order, before what comes then", () => {
  const outbox = filled("a", "b", "/who", "c");
  sendAll(outbox);
  outbox.answered(1, true);
  outbox.add("d");
  assertEquals(outbox.reconnected(2), []);
  outbox.add("e");
  assertEquals(sendAll(outbox), ["3 c", "4 d", "5 e"]);
  assertEquals(waiting(outbox), ["b", "c", "d", "e"]);
});

Deno.test("Outbox tells of what was taken and never answered", () => {
  const outbox = filled("a", "/msg bob x", "b", "c");
  sendAll(outbox);
  assertEquals(outbox.reconnected(4).map(({ text }) => text), ["/msg bob x"]);
  assertEquals(outbox.answered(3, true).map(({ text }) => text), ["a"]);
  assertEquals(waiting(outbox), ["c"]);
});

Deno.test("Outbox is not misled by a private receipt or an error, which overtake others", () => {
  const outbox = filled("a", "/msg bob x", "b");
  sendAll(outbox);
  assertEquals(outbox.answered(2, false), []);
  assertEquals(outbox.answered(3, false), []);
  assertEquals(waiting(outbox), ["a"]);
});

Deno.test("Outbox takes an answer without a number as that to the first line", () => {
  const outbox = filled("a", "b");
  sendAll(outbox);
  assertEquals(outbox.answered(undefined, true), []);
  assertEquals(waiting(outbox), ["b"]);
});

Deno.test("Outbox gives back no command that the client gave by itself", () => {
  const outbox = new Outbox();
  outbox.add("/who", { unasked: true });
  outbox.next();
  assertEquals(outbox.refusedCommand(), undefined);
  outbox.add("/who");
  outbox.next();
  assertEquals(outbox.refusedCommand(), "/who");
});

Deno.test("Outbox sends nothing past a line that goes to another room, and that one behind all answers", () => {
  const outbox = filled("a", "/who", "/join kitchen", "b", "/join hall", "c");
  assertEquals(sendAll(outbox), ["1 a", "- /who"]);
  assertEquals([outbox.allSent, outbox.settling], [false, false]);
  outbox.answered(1, true);
  assertEquals(sendAll(outbox), ["- /join kitchen"]);
  assertEquals(outbox.refusedCommand(), "/join kitchen");
  assertEquals(outbox.moved(true).others, []);
  assertEquals(sendAll(outbox), ["2 b"]);
  outbox.answered(2, false);
  assertEquals(sendAll(outbox), ["- /join hall"]);
  const { line, others } = outbox.moved(false);
  assertEquals([line?.text, others.map(({ text }) => text)], ["/join hall", ["c"]]);
  assertEquals([waiting(outbox), outbox.allSent], [[], true]);
});

Deno.test("Outbox keeps what nobody typed when one has stayed", () => {
  const outbox = filled("/join kitchen");
  outbox.add("/who", { unasked: true });
  sendAll(outbox);
  assertEquals(outbox.moved(false).others, []);
  assertEquals(sendAll(outbox), ["- /who"]);
});

Deno.test("Outbox sends a line to another room again on a new connection, unless that led there", () => {
  const outbox = filled("/join kitchen", "a");
  sendAll(outbox);
  outbox.reconnected(0);
  assertEquals(sendAll(outbox), ["- /join kitchen"]);
  outbox.reconnected(0);
  outbox.moved(true);
  assertEquals(sendAll(outbox), ["1 a"]);
});

Deno.test("Outbox waits for receipts of what was handled before, until it is told that none come", () => {
  const outbox = filled("a", "b", "/join kitchen");
  sendAll(outbox);
  outbox.reconnected(1);
  assertEquals([sendAll(outbox), outbox.settling], [["2 b"], false]);
  outbox.answered(2, false);
  assertEquals([sendAll(outbox), outbox.settling], [[], true]);
  outbox.release();
  assertEquals(sendAll(outbox), ["- /join kitchen"]);
  assertEquals(outbox.moved(true).others.map(({ text }) => text), ["a"]);
});
