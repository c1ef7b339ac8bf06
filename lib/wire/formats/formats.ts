import type { Format, FormatName } from "./format.ts";
import { json } from "./json.ts";
import { text } from "./text.ts";

/** The output formats, by name. */
export const FORMATS: Readonly<Record<FormatName, Format>> = { text, json };
