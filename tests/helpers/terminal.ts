import { delay } from "@std/async/delay";
import { findProgram, ROOT } from "./process.ts";

/** Whether there is tmux, which the tests of terminals need; for `testWith`. */
export const WITH_TMUX = { tmux: findProgram("tmux") !== undefined };

/** How long a screen may take to show what it must, in milliseconds. */
const PATIENCE = 10_000;

/** How often a screen is looked at, in milliseconds. */
const LOOK = 20;

/** A real terminal, in which one program runs: keys go in, and what is on the screen can be read. */
export class Terminal implements AsyncDisposable {
  readonly #socket = `parley-test-${crypto.randomUUID()}`;

  private constructor() {}

  /** Runs a program, given by its words, on a screen of this size. The screen stays when the program has ended. */
  static async start(command: string[], { columns = 80, rows = 24 } = {}): Promise<Terminal> {
    const terminal = new Terminal();
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await terminal.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", ...size, "-c", new URL(ROOT).pathname, "sleep 60"],
      ...[";", "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "history-limit", "5000"],
      ...[";", "set-option", "-gw", "scroll-on-clear", "off", ";", "set-option", "-g", "status", "off"],
      ...[";", "new-window", "-c", new URL(ROOT).pathname, quoted],
    );
    return terminal;
  }

  /** Types a text. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys by the names that tmux has for them, such as `Enter` or `C-c`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** The lines of the screen, without the empty ones at its end; with `history`, those that were scrolled out too. */
  async screen({ history = false } = {}): Promise<string[]> {
    const text = await this.#tmux("capture-pane", "-p", ...(history ? ["-S", "-"] : []));
    return text.trimEnd().split("\n");
  }

  /** Waits until the screen is as it is to be; gives it. */
  async until(wanted: string | ((screen: string[]) => boolean)): Promise<string[]> {
    const deadline = performance.now() + PATIENCE;
    while (true) {
      const screen = await this.screen();
      if (typeof wanted === "string" ? screen.join("\n").includes(wanted) : wanted(screen)) return screen;
      if (performance.now() > deadline) {
        throw new Error(`the screen did not show "${wanted}":\n${screen.join("\n")}`);
      }
      await delay(LOOK);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
  }

  async #tmux(...args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", {
      args: ["-u", "-L", this.#socket, ...args],
      // A terminal of whoever runs the tests is not this one's.
      env: { TMUX: "", LC_ALL: "C.UTF-8", TERM: "xterm-256color" },
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }
}
