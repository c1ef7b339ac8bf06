/** The longest gram, in code points. Shorter words are found as the beginning of one. */
const GRAM_LENGTH = 3;

/** The most grams that a query asks the index for; what it finds is compared with all of each word anyway. */
const MAX_QUERY_GRAMS = 32;

/** What Latin, Greek and Cyrillic letters carry; the marks of other scripts tell words apart. */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{M}*)[\u0300-\u036f]/gu;

/**
 * Makes texts comparable: without regard to case, in any script, to accents, nor to how characters are composed. A change of this
 * needs a new index, and with it a new version of the file.
 */
export function fold(text: string): string {
  // By way of upper case, so that "straße" is found as "STRASSE"; the final sigma depends on what follows it.
  const base = text.normalize("NFKD").replaceAll(ACCENTS, "").normalize("NFKC");
  return base.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/**
 * What of a folded text goes into the index: for each character it and the two after it, as far as white space, each
 * once. So any part of a word is found, whatever the script and however short.
 */
export function gramsOf(folded: string): string {
  const grams = new Set<string>();
  for (const run of folded.split(/\s+/)) {
    const characters = [...run];
    for (let i = 0; i < characters.length; i++) {
      grams.add(characters.slice(i, i + GRAM_LENGTH).join(""));
    }
  }
  return [...grams].join(" ");
}

/** The query, in the language of FTS5, for texts that may hold all of these folded words, none of which is empty. */
export function queryFor(words: readonly string[]): string {
  const grams = new Set<string>();
  for (const word of words) {
    const characters = [...word];
    // A word that is shorter than a gram, or as long.
    if (characters.length <= GRAM_LENGTH) grams.add(`${quote(word)} *`);
    for (let i = 0; i < characters.length - GRAM_LENGTH + 1; i++) {
      grams.add(quote(characters.slice(i, i + GRAM_LENGTH).join("")));
    }
  }
  return [...grams].slice(0, MAX_QUERY_GRAMS).join(" ");
}

/** Between quotes nothing is an operator. */
function quote(gram: string): string {
  return `"${gram.replaceAll('"', '""')}"`;
}
