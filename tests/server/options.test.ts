import { assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/flags.ts";
import { parseServerArgs } from "../../lib/server/options.ts";

const MISTAKES: [args: string[], why: string][] = [
  [["127.0.0.1", "http"], 'PORT must be a whole number from 0 to 65535, not "http"'],
  [["127.0.0.1", "65536"], "PORT must be"],
  [["127.0.0.1", "8081", "9"], 'there is one argument too many: "9"'],
  [["--rate"], "--rate needs a value"],
  [["--data", ""], "--data needs a value, and was given an empty one"],
  [["--data", "", "127.0.0.1", "8081"], "--data needs a value, and was given an empty one"],
  [[""], "an argument is empty"],
  [["--rate", "fast"], '--rate must be a whole number from 0 to 1000000, not "fast"'],
  [["--max-line=1"], "--max-line must be"],
  [["--cert", "cert"], "--cert and --key belong together"],
  [["--keep", "30d"], "--sync and --keep are for rooms that are kept in a file"],
  [["--sync", "full"], "--sync and --keep are for rooms that are kept in a file"],
  [["--data", "x", "--sync", "never"], '--sync is normal or full, not "never"'],
  [["--data", "x", "--keep", "0"], "--keep takes days, hours or a number of entries"],
  [["--data", "x", "--keep", "1w"], "--keep takes days"],
  [["export"], "say which file the rooms are kept in"],
  [["export", "--data", "x", "--format", "xml"], '--format is text or json, not "xml"'],
  [["export", "--data", "x", "--room", "a b"], '--room: "a b" is not allowed: a room\'s name begins with'],
  [["copy"], "say what to copy, and where to: copy --data FILE TO"],
  [["copy", "to"], "say what to copy"],
  [["copy", "--data", "x"], "say what to copy"],
  [["free"], "say which name to free, and in which file: free --data FILE NAME"],
  [["free", "alice"], "say which name to free"],
  [["free", "--data", "x"], "say which name to free"],
];

for (const [args, why] of MISTAKES) {
  Deno.test(`parseServerArgs() refuses ${JSON.stringify(args)}`, () => {
    assertThrows(() => parseServerArgs(args), UsageError, why);
  });
}
