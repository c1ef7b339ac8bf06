import type { Output } from "../output.ts";
import type { Size } from "./screen.ts";

/** A terminal, as the operating system gives it. */
export interface Device {
  /** What its keys send. */
  readonly input: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What it shows. */
  readonly output: Output;
  /** How large it is now. */
  size(): Size;
  /** Whether it gives each key at once, and shows nothing by itself. */
  raw(on: boolean): void;
  /** Calls this when it has another size, or when the process goes on after it was stopped. */
  watch(changed: () => void): Disposable;
  /** Stops the process until it is told to go on; gives whether that can be. */
  suspend(): boolean;
}

/** What a signal says that concerns the terminal alone; Windows has none of them. */
const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGWINCH", "SIGCONT"];

/** The terminal that this process was started in. */
export const DEVICE: Device = {
  get input() {
    return Deno.stdin.readable;
  },
  output: Deno.stdout,
  size() {
    try {
      return Deno.consoleSize();
    } catch {
      // It was closed, which reading from it tells.
      return { columns: 80, rows: 24 };
    }
  },
  raw(on) {
    try {
      Deno.stdin.setRaw(on);
    } catch {
      // The same.
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

/** Before Deno 2.9 a process needs a permission to stop itself, and would be asked for it in the middle of the chat. */
function maySuspend(): boolean {
  const [major, minor] = Deno.version.deno.split(".").map(Number);
  return Deno.build.os !== "windows" && (major > 2 || major === 2 && minor >= 9);
}
