import { assertEquals } from "@std/assert";
import { Bans } from "../../../lib/server/access/bans.ts";
import { sourceOf } from "../../../lib/net/addresses.ts";

const LOCAL = "fd00::13";

const origin = (peer: string, local = LOCAL) => ({ peer, source: sourceOf(peer, local) });

Deno.test("Bans.add() bans one address of the local network, and nobody beside it", () => {
  const bans = new Bans();
  const [mallory, neighbour] = [origin("fd00::666"), origin("fd00::5")];
  bans.add("fd00:0::666", [neighbour, mallory]);
  assertEquals([bans.has(mallory), bans.has(neighbour), bans.list], [true, false, ["fd00::666"]]);
  assertEquals(bans.has(origin("fd00::666", "2001:db8::13")), true, "by another address of the server");
  assertEquals(bans.has(origin("fd00::5", "2001:db8::13")), false);
  assertEquals([bans.lift("fd00::6"), bans.lift("FD00:0:0::666"), bans.list], [false, true, []]);
});

Deno.test("Bans.add() bans the whole /64 of an address that is elsewhere", () => {
  const bans = new Bans();
  const mallory = origin("2001:db8:1:2::666");
  bans.add(mallory.peer, [mallory]);
  assertEquals([bans.has(origin("2001:db8:1:2:3::1")), bans.has(origin("2001:db8:1:3::1"))], [true, false]);
  assertEquals(bans.list, ["2001:db8:1:2::/64"]);
  assertEquals([bans.lift("2001:db8:1:2::/64"), bans.has(mallory)], [true, false]);
});

Deno.test("Bans.add() of someone who is not connected bans the /64, and in the local network the one address", () => {
  const bans = new Bans();
  bans.add("fd00::666", []);
  assertEquals(bans.has(origin("fd00::666")), true);
  assertEquals(bans.has(origin("fd00::5")), false);
  assertEquals(bans.has(origin("fd00::667", "2001:db8::13")), true);
  assertEquals([bans.lift("nobody"), bans.lift("fd00::9"), bans.list], [false, true, []]);
});

Deno.test("Bans.add() bans an IPv4 address alone, however it is lifted", () => {
  const bans = new Bans();
  bans.add("10.0.0.1", []);
  assertEquals([bans.has(origin("10.0.0.1")), bans.has(origin("10.0.0.2"))], [true, false]);
  assertEquals([bans.lift("10.0.0.2"), bans.lift("::ffff:10.0.0.1"), bans.list], [false, true, []]);
});
