import type { Row } from "./layout.ts";
import type { Size } from "./screen.ts";

/** Handles what is typed, and fills the rows above it. */
export interface Typing {
  /** A line was entered. */
  entered(line: string): void;
  /** A text was pasted; returns what to put into the line. */
  pasted(text: string): string;
  /** Tab was pressed; `back`: with Shift. */
  tab(back: boolean): void;
  /** Ctrl-C was pressed. */
  interrupt(): void;
  /** Ctrl-D was pressed on an empty line. */
  end(): void;
  /** Nothing more will be typed. */
  finish?(): void;
  /** Another key was pressed. */
  other(): void;
  /** The name under which the line will be said, for the prompt; `undefined` if it is not known. */
  name?(): string | undefined;
  /** The rows above the line, none wider than the screen. */
  above(size: Size): Row[];
  /** What to show in place of a character of the line; `undefined` for most. */
  label(character: string): string | undefined;
}
