import { delay } from "@std/async/delay";
import { findProgram } from "./needs.ts";
import { ROOT } from "./process.ts";

/** Whether tmux is installed, which tests in a terminal need; for `testWith`. */
export const WITH_TMUX = { tmux: findProgram("tmux") !== undefined };

/** The sizes at which the client must look right: that of most terminals, and a small one. */
export const SIZES = [{ columns: 80, rows: 24 }, { columns: 40, rows: 10 }];

/** How long a screen may take to show what it must, in milliseconds. */
const PATIENCE_MS = 20_000;

/** What is on the screen when the program has ended. */
const ENDED = /\[ended with (\d+)\]/;

/** The time between two looks at the screen, in milliseconds. */
const LOOK_MS = 20;

function asPattern(wanted: string | RegExp): RegExp {
  return typeof wanted === "string" ? new RegExp(RegExp.escape(wanted)) : wanted;
}

/** A real terminal in which one program runs: keys go in, and what is on the screen can be read. */
export class Terminal implements AsyncDisposable {
  readonly #socket = `parley-test-${crypto.randomUUID()}`;

  private constructor() {}

  /** Runs a command on a screen of this size. The screen stays when the program has ended. */
  static async start(
    command: string[],
    { columns = 80, rows = 24, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } =
      {},
  ): Promise<Terminal> {
    const terminal = new Terminal();
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    await terminal.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", ...size, "-c", new URL(ROOT).pathname, "sleep 60"],
      ...[";", "set-option", "-g", "history-limit", "5000"],
      ...[";", "set-option", "-g", "status", "off"],
      ...[";", "new-window", ...variables, "-c", new URL(ROOT).pathname],
      `${quoted}; echo "[ended with $?]"; sleep 60`,
    );
    return terminal;
  }

  /** Runs a client that connects to this server. */
  static client(
    server: { port: number },
    args: string[] = [],
    size: { columns?: number; rows?: number; env?: Record<string, string> } = {},
  ): Promise<Terminal> {
    const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-read", "client.ts"];
    return Terminal.start([...run, "127.0.0.1", `${server.port}`, ...args], size);
  }

  /** Types a text. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys by the names that tmux has for them, such as `Enter` or `C-c`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Pastes a text, which the terminal marks as pasted. */
  async paste(text: string): Promise<void> {
    // In a paste, tmux replaces line ends with what Enter sends.
    await this.#tmux("set-buffer", "--", text, ";", "paste-buffer", "-p");
  }

  /** Changes the size of the terminal. */
  async resize({ columns, rows }: { columns: number; rows: number }): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
    // tmux tells the program a while after it has laid out its own screen anew.
    const tty = (await this.#tmux("display-message", "-p", "#{pane_tty}")).trim();
    const deadline = performance.now() + PATIENCE_MS;
    while (await sizeOf(tty) !== `${rows} ${columns}`) {
      if (performance.now() > deadline) throw new Error(`the terminal is not ${columns}×${rows}`);
      await delay(LOOK_MS);
    }
  }

  /** Writes everything that the program sends to the terminal from now on into a file, unchanged. */
  async record(file: string): Promise<void> {
    await this.#tmux("pipe-pane", `cat > '${file}'`);
  }

  /** The position of the cursor, counted from 0. */
  async cursor(): Promise<{ column: number; row: number }> {
    const text = await this.#tmux("display-message", "-p", "#{cursor_x} #{cursor_y}");
    const [column, row] = text.trim().split(" ").map(Number);
    return { column, row };
  }

  /** Waits until the cursor is in this column, counted from 0. */
  async untilCursor(column: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.cursor()).column !== column) {
      if (performance.now() > deadline) throw new Error(`the cursor is not in column ${column}`);
      await delay(LOOK_MS);
    }
  }

  /** The lines of the screen, without empty ones at its end; `history` adds those that were scrolled out, and `styles` the escape sequences. */
  async screen({ history = false, styles = false } = {}): Promise<string[]> {
    const flags = [...(history ? ["-S", "-"] : []), ...(styles ? ["-e"] : [])];
    const text = await this.#tmux("capture-pane", "-p", ...flags);
    return text.trimEnd().split("\n");
  }

  /** The last lines of the screen, with `hh:mm` for each time, and without spaces at their ends. */
  async bottom(lines: number): Promise<string[]> {
    return (await this.screen()).slice(-lines).map((line) => line.replace(/^\d\d:\d\d /, "hh:mm ").trimEnd());
  }

  /** Waits until the screen shows what is wanted, and returns it. */
  async until(wanted: string | RegExp | ((screen: string[]) => boolean)): Promise<string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    while (true) {
      const screen = await this.screen();
      const text = screen.join("\n");
      if (typeof wanted === "function" ? wanted(screen) : text.search(asPattern(wanted)) !== -1) {
        return screen;
      }
      if (performance.now() > deadline) {
        throw new Error(`the screen did not show "${wanted}":\n${screen.join("\n")}`);
      }
      await delay(LOOK_MS);
    }
  }

  /** Resolves to the exit code of the program, once it has ended. */
  async ended(): Promise<number> {
    return Number(ENDED.exec((await this.until("[ended with ")).join("\n"))![1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
  }

  async #tmux(...args: string[]): Promise<string> {
    const command = new Deno.Command("tmux", {
      args: ["-u", "-L", this.#socket, ...args],
      // The terminal of whoever runs the tests must make no difference.
      env: { TMUX: "", LC_ALL: "C.UTF-8", TERM: "xterm-256color" },
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }
}

/** The rows and columns that the programs in a terminal are told. */
async function sizeOf(tty: string): Promise<string> {
  const { stdout } = await new Deno.Command("stty", { args: ["-F", tty, "size"] }).output();
  return new TextDecoder().decode(stdout).trim();
}
