import type { Logs } from "../../lib/log/logs.ts";
import type { Log } from "../../lib/log/log.ts";
import type { Entry } from "../../lib/wire/entries.ts";
import { type Need, testWith } from "../helpers/needs.ts";
import { testEntries } from "./contract/entries.ts";
import { testHistory } from "./contract/history.ts";
import { testRooms } from "./contract/rooms.ts";
import { openIn } from "./contract/tools.ts";

/**
 * Registers the tests that the logs of every place must pass. `open` makes a place that is empty and not shared; `needs` are
 * the permissions that this takes. Numbers only grow: nothing here computes one from another.
 */
export function logContract(name: string, open: () => Logs | Promise<Logs>, needs: Need[] = []): void {
  function testLogs(promise: string, run: (logs: Logs) => Promise<void>): void {
    testWith(needs, `${name}: ${promise}`, async () => {
      await using logs = await open();
      await run(logs);
    });
  }

  function test(promise: string, run: (log: Log, handed: Entry[]) => Promise<void>): void {
    testLogs(promise, async (logs) => {
      const { log, handed } = await openIn(logs);
      await using _ = log;
      await run(log, handed);
    });
  }

  testEntries(test);
  testHistory(test);
  testRooms(testLogs);
}
