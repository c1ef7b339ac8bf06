import { assert } from "@std/assert";
import { ROOT } from "./process.ts";

/** The documents for people. What `bench` writes is a report. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  "SECURITY.md",
  "docs/ARCHITECTURE.md",
  "docs/OPERATING.md",
  "docs/PROMISES.md",
  "docs/PROTOCOL.md",
  "docs/USING.md",
];

/** A document, or any other text of the project. */
export function read(file: string): Promise<string> {
  return Deno.readTextFile(new URL(file, ROOT));
}

/** All documents. */
export async function readAll(): Promise<string> {
  return (await Promise.all(DOCUMENTS.map(read))).join("\n");
}

/** The code blocks of a document that are in this language. */
export async function blocks(document: string, language: string): Promise<string[]> {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...(await read(document)).matchAll(fence)].map((match) => match[1]);
}

/** What stands below a heading, up to the next one of its kind. */
export function section(text: string, heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  assert(start !== -1, `there is no heading "${heading}"`);
  const end = text.indexOf("\n## ", start + 1);
  return text.slice(start, end === -1 ? undefined : end);
}

/** The cells of all tables in a text, row by row. */
export function rows(text: string): string[][] {
  return [...text.matchAll(/^\|(.*)\|$/gm)].map(([, row]) => row.split("|").map((cell) => cell.trim()));
}

/** Whatever the first cells of tables begin with that matches this. */
export function listed(text: string, pattern: RegExp): Set<string> {
  return new Set(rows(text).flatMap(([first]) => [...first.matchAll(pattern)].map(([, name]) => name)));
}
