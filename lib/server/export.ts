import type { Log } from "../log/log.ts";
import { type Output, OutputError, writeAll } from "../cli/output.ts";
import type { Format } from "../wire/formats/format.ts";

/** About how many bytes of the log are read at a time. */
const EXPORT_PAGE_BYTES = 256 * 1024;

/**
 * Writes all entries of a log in a format, each with its time: as JSON, the way every member gets them; as text, with
 * the local date in front. Ends early, and quietly, if nobody reads the output any more.
 *
 * @throws {OutputError} if the output cannot be written for another reason
 */
export async function exportLog(log: Log, output: Output, format: Format): Promise<void> {
  try {
    for (
      let after = 0, page;
      (page = await log.read(after, EXPORT_PAGE_BYTES)).length > 0;
      after = page[page.length - 1].seq
    ) {
      await writeAll(output, page.map((entry) => format.exported(entry)).join(""));
    }
  } catch (error) {
    if (!(error instanceof OutputError && error.closed)) throw error;
  }
}
