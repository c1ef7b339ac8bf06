/**
 * Makes the page: `deno task page` puts its source and its style into one document, which the server sends as it is.
 *
 * @module
 */

const root = new URL("../", import.meta.url);
const folder = new URL("lib/client/web/", root);

/** Where the page is kept. */
export const PAGE = new URL("page.html", folder);

/** The parts of the style, in the order in which they hold. */
const STYLES = ["tokens", "base", "frame", "log", "parts", "dialogs", "hues", "widths"];

/** Where the page's imports are, which are fewer and smaller than those of the programs. */
const IMPORTS = ["--import-map", "lib/client/web/imports.json"];

/** The longest and most frequent names of properties that the script alone knows, which get short ones in it. */
const PROPERTIES = [
  "aliases",
  "allSent",
  "allowNotifications",
  "allowed",
  "askPassword",
  "audience",
  "broken",
  "canNotify",
  "candidates",
  "changed",
  "completes",
  "composer",
  "continuation",
  "correspondent",
  "departing",
  "drawers",
  "entered",
  "firstDelay",
  "givePassword",
  "inputProblem",
  "isOpen",
  "minCorrectionLevel",
  "moving",
  "notifies",
  "offering",
  "openName",
  "peopleList",
  "presenter",
  "privates",
  "problem",
  "progress",
  "recollection",
  "reconnect",
  "reconnected",
  "refusedRoom",
  "scrolled",
  "session",
  "settling",
  "unanswered",
  "unasked",
  "unsaid",
  "welcomed",
];

const NOTE = "<!-- Made by `deno task page` -->\n";

/** Returns the document as the sources have it. */
export async function makePage(): Promise<string> {
  const document = await Deno.readTextFile(new URL("document.html", folder));
  const parts = await Promise.all(
    STYLES.map((name) => Deno.readTextFile(new URL(`style/${name}.css`, folder))),
  );
  const [early, first, main] = await Promise.all(["early.ts", "first_screen.ts", "main.ts"].map(bundle));
  // Functions, so that a `$` in the code means nothing.
  const made = minifyMarkup(document)
    .replace("<html", () => NOTE + "<html")
    .replace("<style></style>", () => `<style>${minifyStyle(parts.join("\n"))}</style>`)
    .replace("<script id=early></script>", () => `<script>${early}</script>`)
    .replace("<script id=first></script>", () => `<script>${first}</script>`)
    .replace("<script id=main></script>", () => `<script>${main}</script>`);
  return made.trimEnd() + "\n";
}

/** A module with all that it imports as one script, which holds nothing that ends it early. */
async function bundle(module: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform", "browser", ...IMPORTS, `lib/client/web/${module}`],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const known = new RegExp(`\\b(${PROPERTIES.join("|")})\\b`, "g");
  const code = new TextDecoder().decode(stdout).trim()
    .replace(known, (name) => `$${PROPERTIES.indexOf(name)}`);
  return `(()=>{${code}})()`.replace(/<(?=\/script|!--)/gi, "\\x3c");
}

/** Markup without white space between elements, and without tags, quotes and zeros that mean nothing. */
function minifyMarkup(markup: string): string {
  return markup.replace(/>\s+</g, "><").replace(/<\/head><body>|<\/body><\/html>/g, "").replace(/\s+/g, " ")
    .replace(/(\.\d+?)0+(?=[ "A-Za-z])/g, "$1").replace(/="([\w#.-]+)"(?=[ >])/g, "=$1");
}

/** A style without comments, and with no white space but where it means something. */
function minifyStyle(style: string): string {
  const names: string[] = [];
  // The script sets one property, which keeps its name.
  const short = (name: string) =>
    `--${((names.includes(name) || names.push(name)) && names.indexOf(name)).toString(36)}`;
  return style.replace(/\/\*[\s\S]*?\*\//g, "").replace(/--(?!view\b)[a-z][\w-]*/g, short).replace(
    /\s+/g,
    " ",
  )
    .replace(/ ?([{};,>]) ?/g, "$1").replace(/: /g, ":").replaceAll(";}", "}").trim();
}

if (import.meta.main) await Deno.writeTextFile(PAGE, await makePage());
