import { run } from "../servers.ts";
import { show, table } from "../statistics.ts";

interface Measured {
  benches: { name: string; results: { ok?: { avg: number } }[] }[];
}

/** What each step of a message's way costs, as `bench/micro.bench.ts` measures it. */
export async function micro(): Promise<string> {
  const file = new URL("../micro.bench.ts", import.meta.url).pathname;
  const command = ["taskset", "-c", "0", Deno.execPath(), "bench", "--json", "--no-check", file];
  const { success, output } = await run(command);
  if (!success) throw new Error("the micro-benchmark failed: deno task bench:micro shows how");
  const { benches }: Measured = JSON.parse(output);
  const rows = benches.map(({ name, results: [{ ok }] }) => {
    const [, what, count] = /^(.*), ([\d,]+) messages$/.exec(name)!;
    return [what, show(ok!.avg / Number(count.replaceAll(",", "")))];
  });
  return table(["", "ns a message"], rows);
}
