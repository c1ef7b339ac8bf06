import process from "node:process";
import { startedByNpx } from "../version.ts";
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

/** Set by `deno task`, and by npm for its scripts. */
const TASK_VARIABLE = "INIT_CWD";

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
    if (!maySuspend() || hasLauncher()) return false;
    Deno.kill(Deno.pid, "SIGTSTP");
    return true;
  },
};

/**
 * Whether another program started this one and waits for it in the foreground: npx, which puts its own `deno` into the
 * path, or a task. The shell waits for that program, and would not notice that this one alone was stopped; stopping all
 * of them takes a permission.
 */
function hasLauncher(): boolean {
  if (startedByNpx() && !/[\\/]/.test(process.argv0)) return true;
  return Deno.permissions.querySync({ name: "env", variable: TASK_VARIABLE }).state === "granted" &&
    Deno.env.has(TASK_VARIABLE);
}

/** Before Deno 2.9 a process needs a permission to stop itself, and would be asked for it in the middle of the chat. */
function maySuspend(): boolean {
  const [major, minor] = Deno.version.deno.split(".").map(Number);
  return Deno.build.os !== "windows" && (major > 2 || major === 2 && minor >= 9);
}
