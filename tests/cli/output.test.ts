import { assertEquals, assertRejects } from "@std/assert";
import { type Output, OutputError, writeAll, writePatiently } from "../../lib/cli/output.ts";

/** An output that takes three bytes at a time, and fails with these errors before it takes any. */
class Failing implements Output {
  text = "";
  readonly #errors: Error[];

  constructor(...errors: Error[]) {
    this.#errors = errors;
  }

  write(bytes: Uint8Array): Promise<number> {
    const error = this.#errors.shift();
    if (error !== undefined) return Promise.reject(error);
    this.text += new TextDecoder().decode(bytes.subarray(0, 3));
    return Promise.resolve(Math.min(3, bytes.length));
  }
}

const FULL = new Error("No space left on device (os error 28)");
const BUSY = new Deno.errors.WouldBlock("Resource temporarily unavailable (os error 11)");
const bytes = new TextEncoder().encode("all of it");

Deno.test("writeAll() writes all, in as many writes as that takes", async () => {
  const output = new Failing();
  await writeAll(output, "all of it");
  assertEquals(output.text, "all of it");
});

Deno.test("writeAll() waits for an output that takes nothing for now", async () => {
  const output = new Failing(BUSY, BUSY);
  await writeAll(output, bytes);
  assertEquals(output.text, "all of it");
});

Deno.test("writeAll() says why the output cannot be written, and tells a closed one from a full one", async () => {
  const full = await assertRejects(
    () => writeAll(new Failing(FULL), bytes),
    OutputError,
    "cannot write the output: No space left on device",
  );
  const closed = await assertRejects(
    () => writeAll(new Failing(new Deno.errors.BrokenPipe("Broken pipe (os error 32)")), bytes),
    OutputError,
    "cannot write the output: Broken pipe",
  );
  assertEquals([full.closed, full.lasting, closed.closed, closed.lasting], [false, false, true, true]);
});

Deno.test("writePatiently() tries again until all is written", async () => {
  const output = new Failing(FULL);
  await writePatiently(output, bytes, new AbortController().signal);
  assertEquals(output.text, "all of it");
});

Deno.test("writePatiently() gives up when it is aborted, or when the reader is gone for good", async () => {
  await writePatiently(new Failing(FULL), bytes, AbortSignal.abort());
  const stop = new AbortController();
  const writing = writePatiently(new Failing(FULL, FULL, FULL, FULL), bytes, stop.signal);
  stop.abort();
  await writing;
  const hungUp = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  for (const error of [new Deno.errors.BrokenPipe(), hungUp]) {
    await assertRejects(
      () => writePatiently(new Failing(error), bytes, new AbortController().signal),
      OutputError,
    );
  }
});
