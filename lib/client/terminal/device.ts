import type { Output } from "../../cli/output.ts";
import type { Size } from "./screen.ts";

/** A terminal device. */
export interface Device {
  /** What its keys send. */
  readonly input: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What it shows. */
  readonly output: Output;
  /** Its current size. */
  size(): Size;
  /** Turns raw mode on or off: each key is delivered at once, and not echoed. */
  raw(on: boolean): void;
  /** Calls `changed` when its size changes, and when the process continues after it was stopped. */
  watch(changed: () => void): Disposable;
  /** Stops the process until it is continued; returns `false` if that is not possible. */
  suspend(): boolean;
}

/** The signals about the terminal alone; Windows has none of them. */
const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGWINCH", "SIGCONT"];

/** The size of a terminal that does not tell. */
const USUAL_SIZE: Size = { columns: 80, rows: 24 };

/** The terminal that this process was started in. */
export const DEVICE: Device = {
  get input() {
    return Deno.stdin.readable;
  },
  output: Deno.stdout,
  size() {
    try {
      const { columns, rows } = Deno.consoleSize();
      // A pseudo-terminal that nobody gave a size, as `script` makes them, has none.
      return columns === 0 || rows === 0 ? USUAL_SIZE : { columns, rows };
    } catch {
      // The terminal was closed; reading from it will tell.
      return USUAL_SIZE;
    }
  },
  raw(on) {
    try {
      Deno.stdin.setRaw(on);
    } catch {
      // The terminal was closed; reading from it will tell.
    }
  },
  watch(changed) {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, changed);
    return {
      [Symbol.dispose]() {
        for (const signal of SIGNALS) Deno.removeSignalListener(signal, changed);
      },
    };
  },
  suspend() {
    if (!maySuspend()) return false;
    Deno.kill(Deno.pid, "SIGTSTP");
    return true;
  },
};

/** Whether the terminal says that it can do nothing but append lines; `false` if the environment may not be read. */
export function isDumb(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TERM" });
  return state === "granted" && Deno.env.get("TERM") === "dumb";
}

/** Before Deno 2.9 a process needs a permission to stop itself, and asking for it would interrupt the chat. */
function maySuspend(): boolean {
  const [major, minor] = Deno.version.deno.split(".").map(Number);
  return Deno.build.os !== "windows" && (major > 2 || major === 2 && minor >= 9);
}
