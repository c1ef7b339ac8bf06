import { assertEquals } from "@std/assert";
import { hostOf, isWildcard, joinAddress, showAddress, sourceOf } from "../../lib/net/addresses.ts";

Deno.test("showAddress() shows an IPv4 address mapped into IPv6 as IPv4, and others as they are", () => {
  const shown: [address: string, shown: string][] = [
    ["::ffff:192.168.55.20", "192.168.55.20"],
    ["::FFFF:10.0.0.1", "10.0.0.1"],
    ["192.168.55.20", "192.168.55.20"],
    ["::1", "::1"],
    ["::ffff:0:1", "::ffff:0:1"],
    ["64:ff9b::192.168.55.20", "64:ff9b::192.168.55.20"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ];
  assertEquals(shown.map(([address]) => showAddress(address)), shown.map(([, shown]) => shown));
});

/** In each row all addresses are one source; no two rows are the same one. */
const SOURCES = [
  ["192.168.55.20"],
  ["192.168.55.21"],
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:0DB8:0001:0002::", "2001:db8:1:2:0:0:0:1"],
  ["2001:db8:1:3::1"],
  ["2001:db8:1::1", "2001:db8:1:0:1::", "2001:db8:1:0:0:0:0:9"],
  ["2001:db8::1", "2001:db8::5:6:7:8", "2001:db8:0:0:5:6:7:8"],
  ["2001:db8::4:5:6:7:8", "2001:db8:0:4::"],
  ["::1", "::", "::5:6:7:8", "0:0:0:0:0:0:0:1"],
  ["::4:5:6:7:8", "0:0:0:4::"],
  ["1::", "1:0:0:0:9::"],
  ["fe80::1%eth0", "fe80::2%eth0", "fe80::1%1", "FE80::1"],
];

Deno.test("sourceOf() is the same for an IPv4 address, or the /64 of an IPv6 one, and for no other", () => {
  const sources = SOURCES.map((row) => new Set(row.map((address) => sourceOf(address))));
  assertEquals(sources.map((set) => set.size), SOURCES.map(() => 1));
  assertEquals(new Set(sources.flatMap((set) => [...set])).size, SOURCES.length);
});

Deno.test("sourceOf() names the network", () => {
  assertEquals(sourceOf("2001:0db8:1:2:3::4"), "2001:db8:1:2::/64");
});

/** Addresses, what was connected to, and the source. */
const LOCAL: [address: string, local: string, source: string][] = [
  ["fd00::5", "fd00::13", "fd00::5"],
  ["FD00:0:0:0:0::6", "fd00::13", "fd00::6"],
  ["fd00:0:0:1::5", "fd00::13", "fd00:0:0:1::/64"],
  ["2001:db8:1:2:aaaa::1", "2001:db8:1:2::13", "2001:db8:1:2:aaaa::1"],
  ["2001:db8:1:2:aaaa::1", "2001:db8:1:3::13", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:aaaa::1", "fe80::13", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80::13%eth0", "fe80::1"],
  ["::1", "::1", "::1"],
  ["2001:db8::5", "192.168.55.13", "2001:db8:0:0::/64"],
  ["192.168.55.20", "192.168.55.13", "192.168.55.20"],
  ["192.168.55.20", "fd00::13", "192.168.55.20"],
];

Deno.test("sourceOf() is a single IPv6 address where that lies in the network of the address it connected to", () => {
  assertEquals(
    LOCAL.map(([address, local]) => sourceOf(address, local)),
    LOCAL.map(([, , source]) => source),
  );
});

Deno.test("hostOf() is the same for every spelling of an address", () => {
  const spellings = ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:0db8:0000::1:0:0:1%eth0"];
  assertEquals(new Set(spellings.map(hostOf)), new Set(["2001:db8::1:0:0:1"]));
  assertEquals(hostOf("192.168.55.20"), "192.168.55.20");
});

Deno.test("isWildcard() holds for the addresses that stand for all", () => {
  const addresses = ["0.0.0.0", "::", "127.0.0.1", "::1", "192.168.0.0", "localhost"];
  assertEquals(addresses.map(isWildcard), [true, true, false, false, false, false]);
});

Deno.test("joinAddress() puts IPv6 addresses in brackets", () => {
  const joined = ["192.168.55.13", "::1", "pc.local"].map((hostname) =>
    joinAddress({ hostname, port: 8081 })
  );
  assertEquals(joined, ["192.168.55.13:8081", "[::1]:8081", "pc.local:8081"]);
});
