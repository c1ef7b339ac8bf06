import config from "../../deno.json" with { type: "json" };

/** The version of this program. */
export const PROGRAM_VERSION: string = config.version;

/** How the server and the client are started here: as executables, or with Deno. */
export const PROGRAMS: { readonly server: string; readonly client: string } = Deno.build.standalone
  ? { server: "parley-server", client: "parley-client" }
  : { server: "deno run --allow-net server.ts", client: "deno run --allow-net client.ts" };
