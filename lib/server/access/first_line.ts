import { detectLine } from "../../net/detect.ts";
import { clean, isBlank } from "../../wire/clean.ts";
import { findCommand, parseCommand } from "../../wire/commands.ts";
import { type Line, TOO_LONG } from "../../wire/lines.ts";

/** What the first line of a connection can be in addition to what any line can be. */
export type FirstLine =
  | { kind: "hello"; json: string }
  | { kind: "name"; name: string }
  | { kind: "foreign" | "empty" }
  | { kind: "other" };

/** Classifies a line as the first one of a connection. */
export function parseFirstLine(line: Line): FirstLine {
  if (line === TOO_LONG) return { kind: "other" };
  if (detectLine(line) !== undefined) return { kind: "foreign" };
  if (isBlank(line)) return { kind: "empty" };
  const text = clean(line).trimEnd();
  const command = parseCommand(text);
  switch (findCommand(command?.name ?? "")?.name) {
    case "hello":
      return { kind: "hello", json: command!.text };
    case "name":
      return { kind: "name", name: command!.text };
    default:
      return { kind: "other" };
  }
}
