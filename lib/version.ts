import config from "../deno.json" with { type: "json" };

/** The version of this program. */
export const PROGRAM_VERSION: string = config.version;
