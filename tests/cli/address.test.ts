import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "../../lib/cli/address.ts";
import { UsageError } from "../../lib/cli/flags.ts";

const DEFAULTS = { hostname: "127.0.0.1", port: 8081, minPort: 1 };

const READ: [words: string, hostname: string, port: number][] = [
  ["", "127.0.0.1", 8081],
  ["192.168.55.13 8082", "192.168.55.13", 8082],
  ["192.168.55.13", "192.168.55.13", 8081],
  ["192.168.55.13:8082", "192.168.55.13", 8082],
  ["chat.example", "chat.example", 8081],
  ["chat.example:8082", "chat.example", 8082],
  ["8082", "127.0.0.1", 8082],
  [":8082", "127.0.0.1", 8082],
  ["[::1]:8082", "::1", 8082],
  ["[::1] 8082", "::1", 8082],
  ["[::1]", "::1", 8081],
  ["::1", "::1", 8081],
  ["::1 8082", "::1", 8082],
  ["::", "::", 8081],
  ["[::]:8082", "::", 8082],
  ["fe80::1%eth0 8082", "fe80::1%eth0", 8082],
  ["[fe80::1%eth0]:8082", "fe80::1%eth0", 8082],
  ["http://192.168.55.13:8082/", "192.168.55.13", 8082],
  ["http://[::1]:8082/?room=kitchen", "::1", 8082],
];

for (const [words, hostname, port] of READ) {
  Deno.test(`parseAddress() reads "${words}"`, () => {
    assertEquals(parseAddress(words.split(" ").filter((word) => word !== ""), DEFAULTS), { hostname, port });
  });
}

const REFUSED: [words: string[], why: string][] = [
  [[""], "an argument is empty"],
  [["127.0.0.1", ""], "an argument is empty"],
  [["8081", "127.0.0.1"], "the address comes first, then the port: 127.0.0.1 8081"],
  [["127.0.0.1:8081", "8081"], "the port is given twice: 127.0.0.1:8081 8081"],
  [[":8081", "8081"], "the port is given twice"],
  [["127.0.0.1:"], 'PORT must be a whole number from 1 to 65535, not ""'],
  [["127.0.0.1:http"], 'PORT must be a whole number from 1 to 65535, not "http"'],
  [["127.0.0.1:0"], "PORT must be"],
  [["65536"], "PORT must be"],
  [["[::1"], '"[::1" is no address: HOST, HOST:PORT or [IPV6]:PORT'],
  [["[::1]8081"], "is no address"],
  [["::1]:8081"], "is no address"],
];

for (const [words, why] of REFUSED) {
  Deno.test(`parseAddress() refuses ${JSON.stringify(words)}`, () => {
    assertThrows(() => parseAddress(words, DEFAULTS), UsageError, why);
  });
}

Deno.test("parseAddress() takes port 0 for a server, which takes a free one", () => {
  for (const words of [["0"], [":0"], ["127.0.0.1:0"]]) {
    assertEquals(parseAddress(words, { ...DEFAULTS, minPort: 0 }).port, 0);
  }
});
