/** What a terminal makes clickable. The bound keeps the search linear in a long text without a link. */
const LINK = /\b[a-z][a-z0-9+.-]{0,31}:\/\/\S+/gi;

/** A name followed or preceded by one of these is another name. */
const NAME_CHARACTER = String.raw`[\p{L}\p{M}\p{Nd}_]`;

/** Matches a name that is a word of its own, regardless of case. */
function mention(name: string): RegExp {
  const escaped = name.replace(
    /[^\p{L}\p{M}\p{Nd}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  const before = String.raw`(?<!${NAME_CHARACTER}|${NAME_CHARACTER}[.-])`;
  const after = String.raw`(?!${NAME_CHARACTER}|[.-]${NAME_CHARACTER})`;
  return new RegExp(before + escaped + after, "giu");
}

/** Whether a text mentions someone. */
export function mentions(text: string, name: string): boolean {
  return name !== "" && mention(name).test(text);
}

/** A text with each mention of a name styled, except in links, which a style would cut in two. */
export function highlight(text: string, name: string, style: (text: string) => string): string {
  if (name === "") return text;
  const pattern = mention(name);
  let result = "";
  let end = 0;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    result += text.slice(end, index).replace(pattern, style) + link;
    end = index + link.length;
  }
  return result + text.slice(end).replace(pattern, style);
}
