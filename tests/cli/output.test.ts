import { assertEquals, assertRejects } from "@std/assert";
import { OutputError, writeAll } from "../../lib/cli/output.ts";

Deno.test("writeAll() goes on until everything is written, however little is taken at a time", async () => {
  const taken: number[] = [];
  const output = {
    write(bytes: Uint8Array): Promise<number> {
      taken.push(...bytes.subarray(0, 3));
      return Promise.resolve(Math.min(3, bytes.length));
    },
  };
  await writeAll(output, "grüße");
  await writeAll(output, new Uint8Array([1, 2, 3, 4]));
  assertEquals(taken, [...new TextEncoder().encode("grüße"), 1, 2, 3, 4]);
});

Deno.test("writeAll() tells an output that nobody reads any more from one that is broken", async () => {
  const causes: [cause: Error, closed: boolean][] = [
    [new Deno.errors.BrokenPipe("nobody reads"), true],
    [new Error("no space left"), false],
  ];
  for (const [cause, closed] of causes) {
    const error: OutputError = await assertRejects(
      () => writeAll({ write: () => Promise.reject(cause) }, "hello"),
      OutputError,
      `cannot write the output: ${cause.message}`,
    );
    assertEquals([error.closed, error.cause], [closed, cause]);
  }
});
