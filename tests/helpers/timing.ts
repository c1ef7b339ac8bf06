const env = Deno.permissions.querySync({ name: "env", variable: "ALONE" });

/** Whether nothing else runs on this machine, as `deno task alone` says. */
const isAlone = env.state === "granted" && Deno.env.get("ALONE") === "1";

/** What a test needs that cannot measure anything beside others. */
export const ALONE: Record<string, boolean> = { "to run alone, with deno task alone": isAlone };

/**
 * How long, in milliseconds, something may take here that has to be done in `promised` ms on a machine that does
 * nothing else: beside other tests ten times as long, which still tells a delay from a standstill.
 */
export function atMost(promised: number): number {
  return isAlone ? promised : 10 * promised;
}
