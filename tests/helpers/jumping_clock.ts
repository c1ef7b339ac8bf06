/**
 * Runs the server with a clock that jumps: each SIGUSR2 sets it an hour forward or two hours back, in turn.
 *
 * @module
 */
const jumps = [3_600_000, -7_200_000];
let offset = 0;
Deno.addSignalListener("SIGUSR2", () => {
  offset += jumps[0];
  jumps.reverse();
});

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args: unknown[]) {
    super(...(args.length === 0 ? [RealDate.now() + offset] : args) as [number]);
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;

await import("../../server.ts");
