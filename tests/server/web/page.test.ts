import { assertEquals, assertMatch } from "@std/assert";
import { loadPage, policyFor } from "../../../lib/server/web/page.ts";

Deno.test("policyFor() allows the scripts and styles of a document by their hashes, and nothing else", async () => {
  const html = `<style media="all">a{}</style><script type="module">alert(1)\n</script><style>b{}</style>`;
  const hash = async (text: string) =>
    "'sha256-" +
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toBase64() + "'";
  assertEquals(
    await policyFor(html),
    `default-src 'none'; script-src ${await hash("alert(1)\n")}; style-src ${await hash("a{}")} ${await hash(
      "b{}",
    )}; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; frame-ancestors 'none'; ` +
      "base-uri 'none'; form-action 'none'",
  );
});

Deno.test("the page is one document of HTML that needs nothing from elsewhere, with all that it may do", async () => {
  const { headers, body } = await loadPage();
  assertMatch(body as string, /^<!doctype html>/i);
  assertEquals(
    /<(?:script|img|iframe)[^>]+src=|<link[^>]+href="(?!data:)|@import|url\((?!["']?data:)/.test(
      body as string,
    ),
    false,
  );
  assertEquals(headers?.["Content-Security-Policy"], await policyFor(body as string));
});
