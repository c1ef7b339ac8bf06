import config from "../../deno.json" with { type: "json" };

/** The version of both programs, from `deno.json`. */
export const PROGRAM_VERSION: string = config.version;

/** How the server and the client are started here: as executables, or with Deno. */
export const PROGRAMS: { readonly server: string; readonly client: string } = Deno.build.standalone
  ? { server: "parley-server", client: "parley-client" }
  : { server: "deno run --allow-net server.ts", client: "deno run --allow-net client.ts" };

/** What someone types who joins this server's room with the same means: its executables, the same `npx`, or Deno. */
export const CLIENT_CALL: string = clientCall({
  standalone: Deno.build.standalone,
  windows: Deno.build.os === "windows",
  npx: startedByNpx(),
});

/** What starts the client. `npx`: whether it is npx that brings Deno. */
export function clientCall(
  { standalone, windows, npx }: { standalone: boolean; windows: boolean; npx: boolean },
): string {
  if (standalone) return windows ? ".\\parley-client" : "./parley-client";
  return npx ? PROGRAMS.client.replace(/^deno/, `npx -y deno@${Deno.version.deno}`) : PROGRAMS.client;
}

/** Whether Deno lies in the cache of npx, so that nobody can count on a command `deno`. */
export function startedByNpx(): boolean {
  try {
    return /[\\/]_npx[\\/]/.test(Deno.execPath());
  } catch {
    // Its path may not be read: then it is not known.
    return false;
  }
}
