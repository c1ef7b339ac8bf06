import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { NameRegistry } from "../../lib/room/name_registry.ts";
import { isSameName, MAX_NAME, parseName, parseRoomName } from "../../lib/wire/names.ts";
import { Refusal } from "../../lib/wire/refusal.ts";
import { fc } from "../helpers/property.ts";

const ALLOWED: [name: string, normal: string][] = [
  ["alice", "alice"],
  ["a", "a"],
  ["Dr._J-2", "Dr._J-2"],
  ["Zoë", "Zoë"],
  ["Zoe\u0308", "Zoë"],
  ["李雷", "李雷"],
  ["राम", "राम"],
  ["Ωμέγα", "Ωμέγα"],
  ["ａｌｉｃｅ", "alice"],
  ["ﬁn", "fin"],
  ["a①", "a1"],
  ["a٣", "a٣"],
  ["علي٣", "علي٣"],
  ["Алиса_2", "Алиса_2"],
  ["Tanaka田中さん", "Tanaka田中さん"],
  ["ラーメン", "ラーメン"],
  ["Kim김金", "Kim김金"],
  ["Wangㄨㄤ王", "Wangㄨㄤ王"],
  ["नमस्ते", "नमस्ते"],
  ["สวัสดี", "สวัสดี"],
  ["Հայկ", "Հայկ"],
  ["שלום-7", "שלום-7"],
  ["Ὀδυσσεύς", "Ὀδυσσεύς"],
  ["Nguyễn", "Nguyễn"],
  ["µ_micro".normalize("NFKC").replace("micro", "μικρό"), "μ_μικρό"],
  ["𝒜lice", "Alice"],
  ["yours", "yours"],
  ["server1", "server1"],
  ["x".repeat(MAX_NAME), "x".repeat(MAX_NAME)],
  ["𐐷".repeat(MAX_NAME), "𐐷".repeat(MAX_NAME)],
];

for (const [name, normal] of ALLOWED) {
  Deno.test(`parseName() allows ${name}`, () => assertEquals(parseName(name), normal));
}

const REFUSED: [name: string, why: string][] = [
  ["", "is missing"],
  ["x".repeat(MAX_NAME + 1), "at most 32 characters"],
  ["𐐷".repeat(MAX_NAME + 1), "at most 32 characters"],
  ["ﬃ".repeat(11), "has 33"],
  ["1a", "not allowed"],
  ["_a", "not allowed"],
  [".a", "not allowed"],
  ["-a", "not allowed"],
  ["\u0301a", "not allowed"],
  ["a b", "not allowed"],
  ["a\u00a0b", "not allowed"],
  ["a\tb", "not allowed"],
  ["a\nb", "not allowed"],
  ["a:b", "not allowed"],
  ["a%b", "not allowed"],
  ["a~2", "not allowed"],
  ["a/b", "not allowed"],
  ["<a>", "not allowed"],
  ["a>", "not allowed"],
  ["a]", "not allowed"],
  ["a,b", "not allowed"],
  ["a*", "not allowed"],
  ["a😀", "not allowed"],
  ["192.168.55.20", "not allowed"],
  ["fe80::1", "not allowed"],
  ["a\u00adb", "not allowed"],
  ["a\u200bb", "not allowed"],
  ["a\u200cb", "not allowed"],
  ["a\u200db", "not allowed"],
  ["a\u202eb", "not allowed"],
  ["a\u2060b", "not allowed"],
  ["a\ufeffb", "not allowed"],
  ["a\ufe0f", "not allowed"],
  ["a\u034f", "not allowed"],
  ["a\u115f", "not allowed"],
  ["\u3164", "not allowed"],
  ["\uffa0a", "not allowed"],
  ["a\u{e0100}", "not allowed"],
  ["a\u0378", "not allowed"],
  ["a\ud800", "not allowed"],
  ["\u0430lice", "mixes Cyrillic and Latin characters"],
  ["alic\u0435", "mixes Latin and Cyrillic characters"],
  ["s\u0435rver", "mixes Latin and Cyrillic characters"],
  ["Ωmega", "mixes Greek and Latin characters"],
  ["µicro", "mixes Greek and Latin characters"],
  ["аδ", "mixes Cyrillic and Greek characters"],
  ["alice\u0585", "mixes Latin and Armenian characters"],
  ["さ김", "not allowed: it mixes"],
  ["ㄨさ", "not allowed: it mixes"],
  ["田中д", "not allowed: it mixes"],
  ["rамi田", "not allowed: it mixes"],
  ["a\u0483", "mixes Latin and Cyrillic characters"],
  ["you", "reserved"],
  ["You", "reserved"],
  ["SERVER", "reserved"],
  ["ｓerver", "reserved"],
];

for (const [name, why] of REFUSED) {
  Deno.test(`parseName() refuses ${JSON.stringify(name)}`, () => {
    assertThrows(() => parseName(name), Refusal, why);
  });
}

Deno.test("parseName() gives no code point a place in a name that is invisible or tells lines apart", () => {
  const basic = Array.from({ length: 0x10000 }, (_, code) => code);
  const tagsAndSelectors = Array.from({ length: 0x200 }, (_, i) => 0xe0000 + i);
  for (const code of [...basic, ...tagsAndSelectors]) {
    const name = `a_${String.fromCodePoint(code)}`;
    let normal;
    try {
      normal = parseName(name);
    } catch {
      continue;
    }
    assertMatch(normal, /^a_[\p{L}\p{M}\p{Nd}._-]+$/u);
    assert(!/[\s\p{C}\p{Default_Ignorable_Code_Point}<>[\]:%~*]/u.test(normal), code.toString(16));
    assertEquals(parseName(normal), normal);
  }
});

Deno.test("parseName() allows no letter of another script beside Latin ones, whichever it is", () => {
  const others =
    /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
  for (let code = 0; code < 0x20000; code++) {
    const char = String.fromCodePoint(code).normalize("NFKC");
    if (!/^\p{L}+$/u.test(char) || ![...char].every((char) => others.test(char))) continue;
    assertThrows(() => parseName(`al${char}ice`), Refusal, "mixes");
  }
});

Deno.test("isSameName() says what a registry of names holds to be the same, whatever the two names are", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 });
  const spellings = name.chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.constantFrom(name.toUpperCase(), name.toLowerCase(), name.normalize("NFD"), name.normalize("NFKC")),
    )
  );
  fc.assert(fc.property(fc.oneof(spellings, fc.tuple(name, name)), ([a, b]) => {
    const names = new NameRegistry<string>();
    names.take(a, "first");
    assertEquals(names.get(b) !== undefined, isSameName(a, b));
  }));
});

const ROOMS: [asked: string, room: string][] = [
  ["kitchen", "kitchen"],
  ["#Kitchen", "kitchen"],
  ["2nd-floor", "2nd-floor"],
  ["٣", "٣"],
  ["KÜCHE", "küche"],
  ["Ｋｉｔｃｈｅｎ", "kitchen"],
  ["x".repeat(MAX_NAME), "x".repeat(MAX_NAME)],
];

for (const [asked, room] of ROOMS) {
  Deno.test(`parseRoomName() makes of "${asked}": ${room}`, () => {
    assertEquals(parseRoomName(asked), room);
    assertEquals(parseRoomName(room), room);
  });
}

const NO_ROOMS: [asked: string, why: string][] = [
  ["", "a room is missing"],
  ["#", "a room is missing"],
  ["##kitchen", "is not allowed"],
  ["-kitchen", "is not allowed"],
  ["a b", "is not allowed"],
  ["a/b", "is not allowed"],
  ["kit\u200dchen", "is not allowed"],
  ["k\u0456tchen", "it mixes"],
  ["server", "is reserved"],
  ["x".repeat(MAX_NAME + 1), "at most 32"],
];

for (const [asked, why] of NO_ROOMS) {
  Deno.test(`parseRoomName() refuses ${JSON.stringify(asked)}`, () => {
    assertThrows(() => parseRoomName(asked), Refusal, why);
  });
}
