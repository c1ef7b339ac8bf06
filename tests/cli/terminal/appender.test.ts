import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { OutputError } from "../../../lib/cli/output.ts";
import { Appender } from "../../../lib/cli/terminal/appender.ts";

/** An output that takes at most so many bytes at a time, and keeps them. */
function output(most: number) {
  const decoder = new TextDecoder();
  const taken = { text: "" };
  const write = (bytes: Uint8Array) => {
    taken.text += decoder.decode(bytes.subarray(0, most), { stream: true });
    return Promise.resolve(Math.min(most, bytes.length));
  };
  return { taken, write };
}

Deno.test("Appender writes lines in order, and nothing else", async () => {
  const { taken, write } = output(7);
  const appender = new Appender({ write });
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}\n`);
  for (const line of lines) appender.print(line);
  appender.refresh();
  await appender.hide();
  appender.show();
  assertEquals(taken.text, lines.join(""));
});

Deno.test("Appender lets those wait who print more than it can write", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const appender = new Appender({ write: () => promise });
  assertEquals(appender.print("first\n"), undefined);
  const waits = appender.print("x".repeat(100_000));
  assert(waits instanceof Promise);
  resolve(1_000_000);
  await waits;
  assertEquals(appender.print("last\n"), undefined);
  await appender.drawn();
});

Deno.test("Appender tells when the terminal is gone", async () => {
  const appender = new Appender({ write: () => Promise.reject(new Error("input/output error")) });
  appender.print("hi\n");
  await assertRejects(() => appender.drawn(), OutputError);
  assertThrows(() => void appender.print("hi\n"), OutputError);
});
