/**
 * What the tests of coming back and of `/once` share: a client that speaks JSON by hand, and a run over every log.
 *
 * @module
 */
import type { Output } from "../../lib/cli/output.ts";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import { openTemporary, SlowLog } from "../helpers/logs.ts";
import { type Need, testWith } from "../helpers/needs.ts";
import type { Json, Peer } from "../helpers/peer.ts";
import { startInMemory, type TestOptions, type TestServer } from "../helpers/servers.ts";

export const LOGS: [kind: string, make: () => Log | Promise<Log>, needs: Need[]][] = [
  ["in memory", () => new MemoryLog(), []],
  ["that takes its time", () => new SlowLog(new MemoryLog()), []],
  ["in a file", openTemporary, ["read", "write"]],
];

/** Connects a client that may come back, and returns it with its welcome. */
export async function hello(server: TestServer, fields: object): Promise<{ peer: Peer; welcome: Json }> {
  const peer = await server.connect();
  await peer.say(`/hello ${JSON.stringify({ format: "json", ...fields })}`);
  return { peer, welcome: await peer.untilKind("welcome") };
}

/** An output that keeps what a console shows. */
export function recorded(): { output: Output; shown: () => string } {
  const decoder = new TextDecoder();
  let text = "";
  return {
    output: {
      write(bytes) {
        text += decoder.decode(bytes);
        return Promise.resolve(bytes.length);
      },
    },
    shown: () => text,
  };
}

/** Reads objects up to the first one with this text, and returns them. */
export async function untilText(peer: Peer, text: string): Promise<Json[]> {
  const objects: Json[] = [];
  do objects.push(await peer.json()); while (objects.at(-1)?.text !== text);
  return objects;
}

/** Registers a test over every log. */
export function overLogs(
  promise: string,
  run: (server: TestServer, log: Log) => Promise<void>,
  options: TestOptions = {},
) {
  for (const [kind, make, needs] of LOGS) {
    testWith(needs, `${promise}, over a log ${kind}`, async () => {
      await using log = await make();
      await using server = startInMemory({ ...options, log });
      await run(server, log);
    });
  }
}
