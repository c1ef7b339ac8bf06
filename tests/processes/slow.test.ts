import { assert, assertEquals } from "@std/assert";
import { type Needs, testWith } from "../helpers/needs.ts";
import { median } from "../helpers/numbers.ts";
import { ServerProcess } from "../helpers/process.ts";
import { peakMemory } from "../helpers/system.ts";

const NEEDS: Needs = {
  permissions: ["run", "net"],
  others: { "/proc, as on Linux": Deno.build.os === "linux" },
};

testWith(NEEDS, "a client that is stopped delays nobody, and catches up when it goes on", async () => {
  await using server = await ServerProcess.start(["--rate", "0", "--quiet"]);
  using alice = await server.join("alice");
  using bob = await server.join("bob");
  await using carol = server.client(["--follow", "--name", "carol"]);
  await carol.until("-- you are carol");
  let said = 0;
  const text = "x".repeat(1000);
  async function trips(count: number): Promise<number[]> {
    const times = [];
    for (const end = said + count; said < end; said++) {
      const start = performance.now();
      await alice.say(`${said} ${text}`);
      await bob.until(`<alice> ${said} `);
      times.push(performance.now() - start);
    }
    return times;
  }
  await trips(100);
  const [stopped, running]: number[][] = [[], []];
  for (let round = 0; round < 8; round++) {
    carol.kill("SIGSTOP");
    stopped.push(...await trips(50));
    carol.kill("SIGCONT");
    running.push(...await trips(50));
  }
  const delay = median(stopped) - median(running);
  assert(delay < 1, `a stopped client delays the others by ${delay} ms`);

  // More than the operating system buffers for a peer that does not read.
  carol.kill("SIGSTOP");
  const before = await peakMemory(server.pid);
  const missed = Array.from({ length: 8000 }, () => `${said++} ${text}`);
  for (let i = 0; i < missed.length; i += 100) await alice.say(...missed.slice(i, i + 100));
  await bob.until(`<alice> ${said - 1} `);
  const grown = await peakMemory(server.pid) - before;
  assert(grown < 150, `8 MB that someone has not read cost ${grown} MiB`);
  carol.kill("SIGCONT");
  await carol.until(`<alice> ${said - 1} `);
  const numbers = carol.seen.map((line) => /^<alice> (\d+) /.exec(line)?.[1]).filter((n) => n !== undefined);
  assertEquals(numbers.map(Number), Array.from({ length: said }, (_, i) => i));
});
