import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/cli/flags.ts";
import { Hosts, parseHost } from "../../../lib/server/web/hosts.ts";

const LAN = "192.168.55.13";
const hosts = new Hosts({
  own: ["desk.lan"],
  given: ["chat.example", "https://chat.example.org", "https://p.example:8443"],
});

Deno.test("a server may be called by addresses, its own names, and those that it was given", () => {
  for (
    const host of [
      "192.168.55.13:8081",
      "127.0.0.1",
      "[::1]:8081",
      "[fe80::1]",
      "localhost:8081",
      "LOCALHOST",
      "desk.lan:8081",
      "Desk",
      "desk.local",
      "chat.example:8081",
      "chat.example.org",
      "p.example",
      "anything.local",
    ]
  ) assertEquals(hosts.allows(host, LAN), true, host);
});

Deno.test("a server may not be called by any other name, however it is written", () => {
  for (
    const host of [
      "",
      "evil.example",
      "192.168.55.13.evil.example",
      "1.2.3",
      "1.2.3.4.5",
      "999.1.1.1",
      "01.2.3.4",
      "0x7f000001",
      "2130706433",
      "localhost.",
      "localhost.evil.example",
      "evil.localhost",
      "[::1",
      "[::1].evil.example",
      "[evil]",
      "::1",
      "user@localhost",
      "localhost/x",
      "localhost, evil.example",
      "localhost:80:80",
      "localhost:x",
      ".local",
      "-.local",
      "local",
      "evil.local.example",
    ]
  ) assertEquals(hosts.allows(host, LAN), false, host);
});

Deno.test("on the loopback interface only names of this machine end in .local", () => {
  for (const local of ["127.0.0.1", "127.0.0.2", "::1"]) {
    assertEquals([hosts.allows("evil.local", local), hosts.allows("desk.local", local)], [false, true]);
  }
});

Deno.test("only a page of the very server may speak to it, or one that a proxy serves", () => {
  const allows = (origin: string, encrypted = false) =>
    hosts.allowsOrigin(origin, "192.168.55.13:8081", encrypted);
  assertEquals(allows("http://192.168.55.13:8081"), true);
  assertEquals(allows("https://192.168.55.13:8081", true), true);
  assertEquals([allows("https://chat.example.org"), allows("https://p.example:8443")], [true, true]);
  for (
    const origin of [
      "null",
      "",
      "https://192.168.55.13:8081",
      "http://192.168.55.13",
      "http://192.168.55.13:8082",
      "http://192.168.55.13:8081/",
      "http://192.168.55.13:8081.evil.example",
      "http://evil.example",
      "http://chat.example",
      "https://p.example",
      "file://",
    ]
  ) assertEquals(allows(origin), false, origin);
});

Deno.test("parseHost() takes names, and https://NAME with a port", () => {
  assertEquals(
    ["Chat.example", "https://chat.example", "https://chat.example:8443", "10.0.0.5"].map(parseHost),
    [
      "chat.example",
      "https://chat.example",
      "https://chat.example:8443",
      "10.0.0.5",
    ],
  );
  for (
    const wrong of [
      "http://chat.example",
      "chat.example:8081",
      "a b",
      "-x",
      "chat_room",
      "https://",
      "/x",
      "0.0.0.0",
    ]
  ) {
    assertThrows(() => parseHost(wrong), UsageError, wrong);
  }
});
