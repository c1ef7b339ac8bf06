import { assertEquals } from "@std/assert";
import { Alert } from "../../../lib/client/terminal/alert.ts";
import type { ConversationEvent } from "../../../lib/client/core/conversation.ts";

const said = (text: string, marks = { own: false, history: false }): ConversationEvent => ({
  seq: 1,
  time: 0,
  kind: "said",
  name: "bob",
  text,
  ...marks,
});

function alert(event: ConversationEvent, { bell = true, notify = false } = {}): string {
  return new Alert({ bell, notify }).for(event, { self: "alice", now: 0 });
}

Deno.test("Alert rings for someone who is mentioned, or spoken to in private", () => {
  assertEquals(alert(said("alice: hi")), "\x07");
  assertEquals(alert({ kind: "private", name: "bob", text: "psst" }), "\x07");
  const mention = { kind: "mention", room: "hall", name: "bob", seq: 3 } as const;
  assertEquals(alert(mention), "\x07");
  assertEquals(alert(mention, { notify: true }), "\x1b]9;parley: bob mentioned you in hall\x07\x07");
});

Deno.test("Alert is silent for everything else", () => {
  assertEquals(alert(said("hi all")), "");
  assertEquals(alert(said("alice", { own: true, history: false })), "");
  assertEquals(alert(said("alice", { own: false, history: true })), "");
  assertEquals(alert({ kind: "private", to: "bob", text: "psst" }), "");
  assertEquals(alert({ kind: "notice", text: "alice" }), "");
  for (const text of ["https://x.org/alice", "/home/alice", "alice@host", "alice.example.org"]) {
    assertEquals(alert(said(text)), "", text);
  }
  assertEquals(alert(said("alice: hi"), { bell: false }), "");
});

Deno.test("Alert shows a desktop notification if that is wanted, of a bounded length", () => {
  assertEquals(alert(said("alice: hi"), { notify: true }), "\x1b]9;parley: bob: alice: hi\x07\x07");
  assertEquals(alert(said("alice: hi"), { notify: true, bell: false }), "\x1b]9;parley: bob: alice: hi\x07");
  assertEquals(alert(said("alice " + "👍".repeat(1000)), { notify: true }).length < 230, true);
});

Deno.test("Alert rings once a second at most", () => {
  const alert = new Alert({ bell: true, notify: false });
  const rings = [0, 500, 999, 1000, 1500, 2000].map((now) =>
    alert.for(said("alice"), { self: "alice", now })
  );
  assertEquals(rings, ["\x07", "", "", "\x07", "", "\x07"]);
});
