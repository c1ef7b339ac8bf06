import { assertEquals } from "@std/assert";
import { Negotiation } from "../../../lib/client/core/negotiation.ts";
import { GREETING, TLS_ONLY } from "../../../lib/wire/hello.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Negotiation asks a silent server once, and then goes on in plain text", () => {
  const negotiation = new Negotiation(1000);
  assertEquals([negotiation.mode, negotiation.patience(1000)], ["undecided", 700]);
  assertEquals(negotiation.silence(1699), undefined);
  assertEquals(negotiation.silence(1700), "knock");
  assertEquals(negotiation.patience(1700), 2000);
  assertEquals(negotiation.silence(3699), undefined);
  assertEquals(negotiation.silence(3700), "silent");
  assertEquals([negotiation.mode, negotiation.patience(3700)], ["plain", Infinity]);
  assertEquals(negotiation.silence(9999), undefined, "told twice");
});

Deno.test("Negotiation takes a server for another program that begins like parley and does not go on", () => {
  const negotiation = new Negotiation(0);
  assertEquals(negotiation.hear(bytes("Welcome to this"), 10), undefined);
  assertEquals(negotiation.patience(10), 500);
  assertEquals(negotiation.silence(510), "plain");
  assertEquals(negotiation.hear(bytes(" chatroom!\n-- parley 1; x"), 600), "rich", "it was late");
});

Deno.test("Negotiation decides once, as soon as the first bytes tell", () => {
  const parley = new Negotiation(0);
  assertEquals(parley.hear(bytes(GREETING), 10), "rich");
  assertEquals([parley.mode, parley.waited, parley.silent], ["rich", false, false]);
  assertEquals(parley.hear(bytes("more"), 20), undefined);
  const other = new Negotiation(0);
  assertEquals(other.hear(bytes("220 mail"), 10), "plain");
  assertEquals(other.hear(bytes(GREETING), 20), undefined);
});

Deno.test("Negotiation knows a server that waits for the client's first bytes", () => {
  const late = new Negotiation(0);
  late.hear(bytes(GREETING), 151);
  assertEquals(late.waited, true);
  const asked = new Negotiation(0, { knock: true });
  assertEquals(asked.silence(0), "knock");
  asked.hear(bytes(GREETING), 1);
  assertEquals(asked.waited, true);
  const other = new Negotiation(0);
  other.hear(bytes("hello\n"), 400);
  assertEquals(other.waited, false, "it is not parley");
});

Deno.test("Negotiation sees that plain text is rejected by the first bytes only", () => {
  const negotiation = new Negotiation(0);
  assertEquals(negotiation.rejects(bytes(`${TLS_ONLY}\n`)), true);
  assertEquals(negotiation.rejects(new Uint8Array([0x15, 3, 3, 0, 2, 2, 10])), true);
  assertEquals(negotiation.rejects(bytes("hello")), false);
  negotiation.hear(bytes("hello"), 0);
  assertEquals(negotiation.rejects(bytes(TLS_ONLY)), false);
});
