/**
 * Runs the server with a clock by which ten minutes pass with each SIGUSR2: what it measures times by jumps, and what it does
 * every few seconds is done.
 *
 * @module
 */
const MINUTES_MS = 10 * 60_000;

let passed = 0;
const { performance } = globalThis;
const now = performance.now.bind(performance);
performance.now = () => now() + passed;

const recurring: (() => void)[] = [];
const realInterval = globalThis.setInterval;
globalThis.setInterval = ((run: () => void, ms: number) => {
  recurring.push(run);
  return realInterval(run, ms);
}) as typeof setInterval;

Deno.addSignalListener("SIGUSR2", () => {
  passed += MINUTES_MS;
  for (const run of recurring) run();
  console.log("ten minutes later");
});

await import("../../server.ts");
