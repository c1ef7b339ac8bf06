import { assert, assertEquals } from "@std/assert";
import { DOCUMENTS, listed, read, readAll, rows, section } from "../../helpers/documents.ts";
import { testWith } from "../../helpers/needs.ts";
import { ROOT } from "../../helpers/process.ts";

/** The most words that the README may have, as `wc -w` counts them. */
const MAX_README_WORDS = 1200;

/** The longest line of a table, in characters. */
const MAX_TABLE_WIDTH = 120;

testWith(["read"], "each promise of SECURITY.md names a test that exists", async () => {
  const unwrapped = async (document: string) => (await read(document)).replaceAll(/\n +(?![ -])/g, " ");
  const [promised] = (await unwrapped("SECURITY.md")).split("\n## What is not promised");
  const shown = await unwrapped("docs/PROMISES.md");
  const promises = (text: string) => [...text.matchAll(/^(?:##|-) (.*)$/gm)].map(([, promise]) => promise);
  assertEquals(promises(shown), promises(promised));
  assert(promises(shown).length >= 60);
  const sources = new Map<string, Set<string>>();
  for (const [, promise, tests] of shown.matchAll(/^- (.*)\n((?: {2}- .*\n)*)/gm)) {
    assert(tests !== "", `"${promise}" names no test`);
    for (const [line] of tests.matchAll(/^ .*$/gm)) {
      const [, file, title] = /^ {2}- `(tests\/\S+)`: "(.*)"(?: \(.*\))?$/.exec(line) ?? [];
      assert(file !== undefined, `cannot read "${line}"`);
      if (!sources.has(file)) sources.set(file, titlesIn(await read(file)));
      assert(sources.get(file)!.has(title), `"${promise}": there is no test "${title}" in ${file}`);
    }
  }
});

/** All that may be the title of a test in a source, with … for what a template takes from elsewhere. */
function titlesIn(source: string): Set<string> {
  const strings = [...source.matchAll(/"([^"\n]*)"/g)].map(([, title]) => title);
  const templates = [...source.matchAll(/`([^`\n]*)`/g)].map(([, title]) =>
    title.replace(/\$\{[^}]*\}/g, "…")
  );
  return new Set([...strings, ...templates]);
}

testWith(["read"], "every document is linked from the README", async () => {
  const readme = await read("README.md");
  for (const document of DOCUMENTS.slice(1)) assert(readme.includes(`](${document})`), document);
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    assert(!name.endsWith(".md") || DOCUMENTS.includes(`docs/${name}`), name);
  }
});

testWith(["read"], "the links between the documents point at what is there", async () => {
  for (const document of DOCUMENTS) {
    const base = new URL(document, ROOT);
    const links = [...(await read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
    for (const link of links.filter((link) => !link.startsWith("https:"))) {
      const url = new URL(link, base);
      const { hash } = url;
      url.hash = "";
      const info = await Deno.stat(url).catch(() => undefined);
      assert(info?.isFile, `${document} links to ${link}, which is not there`);
      if (hash === "") continue;
      const headings = anchorsIn(await Deno.readTextFile(url));
      assert(headings.has(hash.slice(1)), `${document} links to ${link}, which has no such heading`);
    }
  }
});

/** The anchors of the headings in a document, as GitHub makes them. */
function anchorsIn(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{Nd} _-]/gu, "").replaceAll(" ", "-")),
  );
}

testWith(["read"], "the README is short, and the lines of tables are", async () => {
  const words = (await read("README.md")).trim().split(/\s+/).length;
  assert(words <= MAX_README_WORDS, `the README has ${words} words`);
  for (const [line] of (await readAll()).matchAll(/^ *\|.*$/gm)) {
    assert(line.length <= MAX_TABLE_WIDTH, `a line of ${line.length} characters: ${line}`);
  }
});

testWith(
  ["read"],
  "the way of a line passes functions that are there, and no folder is left out",
  async () => {
    const architecture = await read("docs/ARCHITECTURE.md");
    const steps = rows(section(architecture, "The way of a line")).filter(([file]) => file.startsWith("`"));
    assert(steps.length >= 25);
    for (const [file, functions] of steps) {
      const source = await read(file.slice(1, -1));
      for (const [, name] of functions.matchAll(/`([^`]+)`/g)) {
        const definition = new RegExp(`(?:^ {2}|function )(?:async )?\\*?${name}[<(]`, "m");
        assert(definition.test(source), `${file} has no function ${name}`);
      }
    }
    for (const [, path] of architecture.matchAll(/`((?:lib|tests|bench|docs)\/[^`\s]*)`/g)) {
      assert(await Deno.stat(new URL(path, ROOT)).catch(() => undefined), `there is no ${path}`);
    }
    const told = listed(section(architecture, "Folder by folder"), /`(lib\/[^`]*)\/`/g);
    assertEquals(told, new Set(await foldersIn("lib")));
  },
);

/** All folders below a folder. */
async function foldersIn(folder: string): Promise<string[]> {
  const folders = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) folders.push(`${folder}/${name}`, ...await foldersIn(`${folder}/${name}`));
  }
  return folders;
}
