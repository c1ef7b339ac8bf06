/** The beginning of a link. The bound keeps the search linear in a long text without a link. */
const LINK_START = /\b[a-z][a-z0-9+.-]{0,31}:\/\//i;

/** A name followed or preceded by one of these is another name. */
const NAME_CHARACTER = String.raw`[\p{L}\p{M}\p{Nd}_]`;

/** What makes a word a path, or an address: `/home/alice`, `docs\alice`, `alice@host`, `example.org?u=alice`. */
const ADDRESS = String.raw`[/\\]|${NAME_CHARACTER}@[\p{L}\p{Nd}\[]|${NAME_CHARACTER}\.${NAME_CHARACTER}+\?.`;
let address: RegExp | undefined;

/** Matches a name that is a word of its own, regardless of case; not one in `alice.example.org`, `~alice` or `alice:22`. */
function mention(name: string): RegExp {
  const escaped = name.replace(
    /[^\p{L}\p{M}\p{Nd}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  // An address that was given as a name goes on with a colon, unlike a name that is spoken to.
  const [head, tail] = name.includes(":") ? ["|[0-9a-f]:", `|:${NAME_CHARACTER}`] : ["", ""];
  const before = String.raw`(?<!${NAME_CHARACTER}|${NAME_CHARACTER}[.-]|(?<!${NAME_CHARACTER})~${head})`;
  const after = String.raw`(?!${NAME_CHARACTER}|[.~-]${NAME_CHARACTER}|\]?:\d\d${tail})`;
  return new RegExp(before + escaped + after, "giu");
}

/** Whether a text mentions a name: as a word of its own, outside links, paths and addresses. */
export function mentions(text: string, name: string): boolean {
  let found = false;
  highlight(text, name, (mentioned) => {
    found = true;
    return mentioned;
  });
  return found;
}

/** A text with each mention of a name styled; see {@linkcode mentions}. A style never cuts a link in two. */
export function highlight(text: string, name: string, style: (text: string) => string): string {
  if (name === "") return text;
  const pattern = mention(name);
  if (text.search(pattern) === -1) return text;
  return text.replace(/\S+/g, (word) => {
    const end = LINK_START.exec(word)?.index ?? word.length;
    const head = word.slice(0, end);
    address ??= new RegExp(ADDRESS, "u");
    return address.test(head) ? word : head.replace(pattern, style) + word.slice(end);
  });
}
