import { assertEquals } from "@std/assert";
import type { ConversationEvent } from "../../../lib/client/core/conversation.ts";
import { isPlainHistory, Scrollback } from "../../../lib/client/core/scrollback.ts";

function said(seq: number, history = false): ConversationEvent {
  return { seq, time: 0, kind: "said", name: "bob", text: "x", own: false, history };
}

const WELCOME: ConversationEvent = {
  kind: "welcome",
  version: 1,
  log: "L",
  seq: 50,
  name: "alice",
  taken: 0,
  room: "lobby",
};

/** In a room whose history begins with message 40. */
function scrolled(welcome = WELCOME): Scrollback {
  const scrollback = new Scrollback();
  for (const event of [welcome, said(40, true), said(41, true), said(51)]) scrollback.note(event);
  return scrollback;
}

/** Takes these messages as the answer to a command. */
function answer(scrollback: Scrollback, command: string, ...seqs: number[]): void {
  for (const seq of seqs) scrollback.note(said(seq, true), command);
  scrollback.answered();
}

Deno.test("/history alone goes on from the oldest message that was shown, page by page", () => {
  const scrollback = scrolled();
  assertEquals(scrollback.ask("/history"), "/history before 40");
  answer(scrollback, "history", 20, 39);
  assertEquals(scrollback.ask("/HISTORY "), "/history before 20");
  answer(scrollback, "history");
  assertEquals(scrollback.ask("/history"), "/history before 20", "nothing was said before that");
});

Deno.test("/history with something behind it is sent as typed, and what it shows is gone on from", () => {
  const scrollback = scrolled();
  answer(scrollback, "history", 20, 39);
  assertEquals(scrollback.ask("/history 5"), "/history 5");
  scrollback.note(said(52));
  answer(scrollback, "history", 48, 51);
  assertEquals(scrollback.ask("/history"), "/history before 48");
  answer(scrollback, "search", 3);
  assertEquals(scrollback.ask("/history"), "/history before 48", "a search has shown something else");
});

Deno.test("/history starts over after moving, and where nothing was shown or the server cannot", () => {
  const scrollback = scrolled();
  scrollback.note({ ...WELCOME, from: "hall" });
  assertEquals(scrollback.ask("/history"), "/history");
  scrollback.note(said(60));
  assertEquals(scrollback.ask("/history"), "/history before 60");
  assertEquals(scrolled({ ...WELCOME, room: undefined }).ask("/history"), "/history");
});

Deno.test("isPlainHistory() is true of nothing else", () => {
  assertEquals(["/history", " /History ", "/history 5", "//history", "/hist"].map(isPlainHistory), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
