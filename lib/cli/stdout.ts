import type { Output } from "./output.ts";

/** As much as Deno's buffer of the standard output holds. */
const STDOUT_BUFFER_BYTES = 1024;

const LF = 0x0a;

/**
 * The standard output, of which is known what it took when a write fails. Deno buffers the end of a line, and if that
 * cannot be flushed, its write fails although the bytes will come out with the next one: written again, they would be
 * there twice. So a write is whole lines that fit into the buffer, or a part of a line; and after a failure the next one,
 * which must be of the same bytes, first finds out whether they were in it.
 */
export class StandardOutput implements Output {
  #failed?: { length: number; size: number };

  /** Writes at least some of the bytes, and returns how many. */
  async write(bytes: Uint8Array): Promise<number> {
    if (this.#failed !== undefined) {
      // Only flushes, and fails as long as that cannot be done.
      await Deno.stdout.write(new Uint8Array(0));
      const { length, size } = this.#failed;
      this.#failed = undefined;
      if (await outputSize() > size) return length;
    }
    const part = bytes.subarray(0, bytes.lastIndexOf(LF, STDOUT_BUFFER_BYTES - 1) + 1 || STDOUT_BUFFER_BYTES);
    try {
      return await Deno.stdout.write(part);
    } catch (error) {
      this.#failed = { length: part.length, size: await outputSize() };
      throw error;
    }
  }
}

/** How large the file is, in bytes; 0 for anything but a file, which fails for good or not at all. */
async function outputSize(): Promise<number> {
  const { fstatSync } = await import("node:fs");
  try {
    return fstatSync(1).size;
  } catch {
    return 0;
  }
}
