/**
 * Which scripts a text is written in: letters of different scripts can look alike, so a name that mixes them can pass for
 * another one.
 *
 * @module
 */

/** The scripts of Unicode 17, by their ISO 15924 codes, except those for characters that belong to every script. */
const SCRIPT_CODES = (
  "Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari " +
  "Cham Cher Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong Gonm " +
  "Goth Gran Grek Gujr Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi " +
  "Khar Khmr Khoj Kits Knda Krai Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani " +
  "Marc Medf Mend Merc Mero Miao Mlym Modi Mong Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam " +
  "Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb " +
  "Saur Sgnw Shaw Shrd Sidd Sind Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang " +
  "Tavt Telu Tfng Tglg Thaa Thai Tibt Tirh Tnsa Todr Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii " +
  "Zanb"
).split(" ");

/** Scripts that are written together: what UTS 39 calls "highly restrictive" (Unicode Technical Standard 39, section 5.2). */
const TOGETHER = ["Latn", "Latn Hani Hira Kana", "Latn Hang Hani", "Latn Bopo Hani"];

/** What a character that several scripts share is called after, if one of these shares it. */
const LIKELY = ["Latn", "Arab", "Deva"];

/** What matches {@linkcode TOGETHER}; made for the first name, because it would take a tenth of the time of the start. */
let together: readonly RegExp[] | undefined;

/** Every script alone, and what it is called; made when a name is first written in none of those above. */
let single: ReadonlyMap<string, RegExp> | undefined;
let names: Intl.DisplayNames | undefined;

/**
 * The English names of the scripts that a text mixes although they are not written together, those of its first
 * characters first; undefined if it does not. What all scripts share, such as `-`, the digits from 0 to 9 and most
 * accents, counts for none of them.
 */
export function mixedScripts(text: string): string[] | undefined {
  together ??= TOGETHER.map((codes) => writtenIn(...codes.split(" "))!);
  if (together.some((script) => script.test(text))) return;
  single ??= allScripts();
  const scripts = [...single.values()];
  if (scripts.some((script) => script.test(text))) return;
  names ??= new Intl.DisplayNames("en", { type: "script" });
  const codes = [...single.keys()];
  const mixed = Array.from(text, (char) => codes.filter((code) => single!.get(code)!.test(char)))
    // A character of all scripts tells nothing.
    .filter((of) => of.length > 0 && of.length < codes.length)
    .map((of) => names!.of(LIKELY.find((code) => of.includes(code)) ?? of[0])!);
  return [...new Set(mixed)];
}

function allScripts(): ReadonlyMap<string, RegExp> {
  const scripts = SCRIPT_CODES.map((code) => [code, writtenIn(code)] as const);
  return new Map(scripts.filter((script): script is [string, RegExp] => script[1] !== undefined));
}

/** Matches what is written in these scripts alone; undefined if this runtime's Unicode is too old to know one of them. */
function writtenIn(...codes: string[]): RegExp | undefined {
  const classes = codes.map((code) => `\\p{Script_Extensions=${code}}`).join("");
  try {
    return new RegExp(`^[\\p{Script_Extensions=Zyyy}\\p{Script=Zinh}${classes}]*$`, "u");
  } catch {
    return;
  }
}
