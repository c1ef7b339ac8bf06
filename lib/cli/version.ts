import config from "../../deno.json" with { type: "json" };

/** The version of both programs, from `deno.json`. */
export const PROGRAM_VERSION: string = config.version;

/** The commands that start the server and the client here: the executables, or `deno run`. */
export const PROGRAMS: { readonly server: string; readonly client: string } = Deno.build.standalone
  ? { server: "parley-server", client: "parley-client" }
  : { server: "deno run --allow-net server.ts", client: "deno run --allow-net client.ts" };
