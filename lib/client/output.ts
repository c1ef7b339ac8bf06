/** What the client writes to, such as `Deno.stdout`. */
export interface Output {
  write(bytes: Uint8Array): Promise<number>;
}

/** The output cannot be written to any more, as after `| head -1`. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

const encoder = new TextEncoder();

/**
 * Writes all of a text.
 *
 * @throws {OutputError} where nobody reads it any more
 */
export async function writeAll(output: Output, text: string): Promise<void> {
  const bytes = encoder.encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += await output.write(bytes.subarray(sent));
  } catch (error) {
    throw new OutputError("the output is closed", { cause: error });
  }
}
