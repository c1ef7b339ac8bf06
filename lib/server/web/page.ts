import type { Answer } from "../../net/http.ts";

/** What a page may not do, besides what its hashes allow. */
const POLICY = [
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The page, as an answer. */
export async function loadPage(): Promise<Answer> {
  const { default: body } = await import("../../client/web/page.html", { with: { type: "text" } });
  return {
    status: 200,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      "Content-Security-Policy": await policyFor(body),
    },
    body,
  };
}

/** The content security policy of a document: only its own scripts and styles, by their hashes. */
export async function policyFor(html: string): Promise<string> {
  const hashes: Record<string, string[]> = { script: [], style: [] };
  for (const [, element, text] of html.matchAll(/<(script|style)\b[^>]*>(.*?)<\/\1>/gs)) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    hashes[element].push(`'sha256-${new Uint8Array(hash).toBase64()}'`);
  }
  const sources = Object.entries(hashes).map(([element, all]) =>
    `${element}-src ${all.join(" ") || "'none'"}`
  );
  return ["default-src 'none'", ...sources, ...POLICY].join("; ");
}
