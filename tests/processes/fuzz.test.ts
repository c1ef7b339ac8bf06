import { assert, assertEquals } from "@std/assert";
import { parseReceived, type ReceivedEntry } from "../../lib/wire/received.ts";
import type { Entry } from "../../lib/wire/entries.ts";
import { text } from "../../lib/wire/formats/text.ts";
import { harass, Hostility } from "../helpers/hostile.ts";
import { testWith } from "../helpers/needs.ts";
import type { Peer } from "../helpers/peer.ts";
import { ServerProcess } from "../helpers/process.ts";
import { openFiles, peakMemory, settledFiles } from "../helpers/system.ts";

/** `deno task fuzz` takes more lines; another seed with `FUZZ_SEED=2 deno task fuzz`. */
const SEED = Number(setting("FUZZ_SEED") ?? 1);
const LINES = Number(setting("FUZZ_LINES") ?? 4_000);

/** How many peers are hostile at once, and how many lines each sends on one connection. */
const AT_ONCE = 32;
const LINES_EACH = Math.min(250, Math.ceil(LINES / AT_ONCE));

/** The most memory that a server may take, in MiB; an idle one takes about 60. */
const MAX_MEMORY = 300;

function setting(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Returns what a bystander has read, up to the line with this text. */
async function hear(peer: Peer, last: string): Promise<string[]> {
  await peer.until(last);
  return peer.seen;
}

testWith(
  { permissions: ["run", "net"], others: { "/proc, as on Linux": Deno.build.os === "linux" } },
  "thousands of hostile lines harm nobody: the server lives, in bounded memory, and bystanders talk on",
  async () => {
    await using server = await ServerProcess.start(["--rate", "0", "--quiet"]);
    using alice = await server.join("alice-who-talks");
    using inText = await server.join("bystander-in-text");
    using inJson = await server.join("bystander-in-json");
    await inJson.say("/json");
    await inJson.until("JSON objects");
    // On a busy machine nothing is said for a while.
    for (const bystander of [alice, inText, inJson]) bystander.patienceMs = 120_000;
    const spoken = alice.rest();
    await alice.say("begin");
    const files = await settledFiles(server.pid);
    const heard = [hear(inText, "<alice-who-talks> end"), hear(inJson, '"text":"end"')];
    const markers: string[] = ["begin"];

    let sent = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async (_, i) => {
      const hostility = new Hostility(SEED * 1000 + i);
      while (sent < LINES) {
        const more = await harass(server.port, hostility, LINES_EACH);
        sent += more;
        markers.push(`marker ${markers.length}`);
        await alice.say(markers.at(-1)!);
      }
    }));
    assert(sent >= LINES);
    await alice.say("end");
    markers.push("end");
    const [textLines, jsonLines] = await Promise.all(heard);

    const told = textLines.filter((line) => line.startsWith("<alice-who-talks> "));
    assertEquals(told, markers.map((marker) => `<alice-who-talks> ${marker}`));
    sameStory(textLines, jsonLines);
    assertEquals(await openFiles(server.pid, files), files);
    const peak = await peakMemory(server.pid);
    assert(peak < MAX_MEMORY, `the server took ${peak} MiB`);
    server.kill("SIGTERM");
    await spoken;
    assertEquals((await server.ended()).code, 0);
  },
);

const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * Asserts that the text format showed what really happened, which JSON tells beyond doubt: the same entries in the same
 * order. Only private messages may come between them.
 */
function sameStory(textLines: string[], jsonLines: string[]): void {
  for (const line of [...textLines, ...jsonLines]) assert(!CONTROL.test(line), JSON.stringify(line));
  const begin = (lines: string[]) => lines.slice(lines.findIndex((line) => line.includes("begin")));
  const happened = begin(jsonLines).map((line) => parseReceived(line)!)
    .filter((event): event is ReceivedEntry => "seq" in event)
    .map((entry) => text.entry(entry as Entry).slice(0, -1));
  const private_ = /^\[[^\]]+\] /;
  assertEquals(begin(textLines).filter((line) => !private_.test(line)), happened);
}
