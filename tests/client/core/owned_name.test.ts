import { assertEquals } from "@std/assert";
import { adviceOnName } from "../../../lib/client/core/owned_name.ts";

const REFUSAL = '"alice" belongs to someone who was here on 2026-11-20; choose another name';

Deno.test("adviceOnName() tells whoever owns the name how to have it here", () => {
  assertEquals(
    adviceOnName(REFUSAL, undefined),
    "if you are alice: on a device where you are, /link shows a code, and /link CODE here makes this one yours, too",
  );
  assertEquals(adviceOnName(REFUSAL, "start it with: --x"), "if you are alice: start it with: --x");
  assertEquals(adviceOnName('the name "alice" is taken', undefined), undefined);
});
