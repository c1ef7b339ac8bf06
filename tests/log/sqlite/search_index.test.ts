import { assert, assertEquals, assertRejects } from "@std/assert";
import { openLobby } from "../../helpers/logs.ts";
import type { Draft } from "../../../lib/wire/entries.ts";
import { Refusal } from "../../../lib/wire/refusal.ts";
import { testWith } from "../../helpers/needs.ts";
import { Folder } from "../../helpers/system.ts";

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

const FAMILY = "👨‍👩‍👧";

const TEXTS = [
  "我们中午去哪里吃午饭",
  "Donaudampfschifffahrt auf der Straße",
  '5 * 3 is 15, she said: "(a OR b) AND NOT c*"',
  "pizza 🍕 and ❤️ for all",
  `a family ${FAMILY}`,
  "ΟΔΥΣΣΕΑΣ και Οδυσσέας",
  "ДОМ и дом у реки",
  "お昼ごはんを食べましょう",
  "점심 먹으러 갈까요",
  "ประชุมตอนบ่ายสาม",
  "Ünïcödé cafe\u0301",
  "ＡＢＣ ｶﾞ",
  "x",
];

const FINDS: [words: string, found: number[]][] = [
  ["午饭", [1]],
  ["饭", [1]],
  ["中午去哪里", [1]],
  ["我们中午去哪里吃午饭", [1]],
  ["午去饭", []],
  ["dampfschiff", [2]],
  ["STRASSE", [2]],
  ["straße", [2]],
  ["fff", [2]],
  ["*", [3]],
  ["c*", [3]],
  ["**", []],
  ['"', [3]],
  ['"(a', [3]],
  ["or b)", [3]],
  ["🍕", [4]],
  ["🍔", []],
  ["❤", [4]],
  [FAMILY, [5]],
  ["👩", [5]],
  ["οδυσσεας", [6]],
  ["ΔΥΣ", [6]],
  ["дом", [7]],
  ["ОМ", [7]],
  ["ごはん", [8]],
  ["べま", [8]],
  ["먹으", [9]],
  ["ชุมตอ", [10]],
  ["ÜNÏ", [11]],
  ["café", [11]],
  ["abc", [12]],
  ["ガ", [12]],
  ["x", [13]],
  ["alice 饭", [1]],
  ["lic x", [13]],
  ["1 5", [3]],
  ["午饭 饭", [1]],
  ["nothing", []],
  [".", []],
  ["\\", []],
  ["%", []],
  ["_", []],
];

testWith(
  ["read", "write"],
  "search() finds parts of words in any script, and everything literally",
  async () => {
    await using folder = await Folder.make();
    await using log = await openLobby(folder.file("room.db"));
    log.append(TEXTS.map(said));
    for (const [words, found] of FINDS) {
      const messages = await log.search(words.split(" "), 200);
      assertEquals(messages.map(({ seq }) => seq), found, words);
    }
  },
);

testWith(
  ["read", "write"],
  "search() compares all of a long word, and goes on where the index was too generous",
  async () => {
    await using folder = await Folder.make();
    await using log = await openLobby(folder.file("room.db"));
    // All grams of the word are in them, but not the word.
    log.append([said("abcabcd bcabce"), ...Array.from({ length: 600 }, () => said("abcab xbcabc ycabce"))]);
    assertEquals((await log.search(["bcabce"], 5)).map(({ seq }) => seq), [1]);
    log.append([
      said("q".repeat(4000)),
      said(Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("")),
    ]);
    assertEquals((await log.search(["q".repeat(4000)], 5)).map(({ seq }) => seq), [602]);
    const middle = Array.from({ length: 1000 }, (_, i) => String.fromCodePoint(0x5000 + i)).join("");
    assertEquals((await log.search([middle], 5)).map(({ seq }) => seq), [603]);
    assertEquals((await log.search([`${middle}!`], 5)).length, 0);
  },
);

testWith(
  ["read", "write"],
  "search() says that it must wait while very many messages are indexed",
  async () => {
    await using folder = await Folder.make();
    await using log = await openLobby(folder.file("room.db"));
    for (let i = 0; i < 26; i++) log.append(Array.from({ length: 1000 }, () => said("x")));
    await assertRejects(() => log.search(["x"], 5), Refusal, "messages are still being indexed (0 %)");
  },
);

testWith(
  ["read", "write"],
  "search() of 8,000 messages holds nobody up, whatever is searched for",
  async () => {
    await using folder = await Folder.make();
    await using log = await openLobby(folder.file("room.db"));
    for (let i = 0; i < 8; i++) {
      log.append(Array.from({ length: 1000 }, (_, n) => said(`number ${i * 1000 + n} of many 午饭`)));
      await log.search(["warm"], 1);
    }
    for (const word of ["e", "er", "number", "numbered", "饭", "zz", "7999", "🦀"]) {
      let longest = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      await log.search([word], 200);
      clearInterval(timer);
      assert(longest < 250, `${word} held everybody up for ${longest} ms`);
    }
  },
);
