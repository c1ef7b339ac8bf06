import { DrivenPage } from "./driven_page.ts";
import type { Needs } from "./needs.ts";
import type { Json } from "./peer.ts";

/** How long, in milliseconds, a browser may take to start while the machine is busy. */
export const START_PATIENCE_MS = 60_000;

/** The size, in pixels, of what shows the page. */
export const SIZE = { width: 1280, height: 800 };

/** Keys as WebDriver writes them. */
const KEYS: Record<string, string> = { Enter: "\uE007", Escape: "\uE00C", Tab: "\uE004" };

/** Run in a page, it takes note of what goes wrong there from then on. */
export const WATCH = `(() => {
  const problems = globalThis.problems = [];
  addEventListener("error", ({ message }) => problems.push(message));
  addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective }) => problems.push(violatedDirective));
})()`;

/** A browser engine in which the page is tested. */
export interface Engine {
  readonly name: string;
  /** What a test in it cannot do without. */
  readonly needs: Needs;
  /** Starts a browser of its own, which remembers nothing and ends with its page. */
  open(url: string): Promise<EnginePage>;
}

/** The one page of a browser that is driven as WebDriver has it. */
export abstract class EnginePage extends DrivenPage implements AsyncDisposable {
  #started?: AsyncDisposableStack;

  /** Takes over what ends with it. */
  own(started: AsyncDisposableStack): void {
    this.#started = started;
  }

  /** What went wrong in it since it was loaded last. */
  async problemsNow(): Promise<string[]> {
    return await this.eval("globalThis.problems");
  }

  /** Runs the body of a function in the page, which returns a text or nothing. */
  protected abstract run(body: string): Promise<string | null | undefined>;

  /** Performs actions of input, which WebDriver and its successor write alike. */
  protected abstract perform(actions: Json[]): Promise<void>;

  async eval<T = Json>(expression: string): Promise<T> {
    const text = await this.run(`return (async () => JSON.stringify(await (${expression})))()`);
    return JSON.parse(text ?? "null");
  }

  async type(text: string): Promise<void> {
    const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.perform([{ type: "key", id: "keyboard", actions }]);
  }

  async press(key: string): Promise<void> {
    await this.type(KEYS[key] ?? key);
  }

  protected async pressAt({ x, y }: { x: number; y: number }): Promise<void> {
    const actions = [
      { type: "pointerMove", x: Math.round(x), y: Math.round(y) },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.perform([{ type: "pointer", id: "mouse", actions }]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.disposeAsync();
  }
}

/** Permissions that a test needs to drive a browser. */
export const PERMISSIONS: Needs["permissions"] = ["net", "run", "read", "write", "env"];

/**
 * Opens a page with a home folder of its own. `launch` adds to `started` what it starts, which ends with the page, or at
 * once if it fails.
 */
export async function openPage(
  url: string,
  launch: (started: AsyncDisposableStack, home: string) => Promise<EnginePage>,
): Promise<EnginePage> {
  await using started = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "parley-browser-" });
  started.defer(() => Deno.remove(home, { recursive: true }));
  const page = await launch(started, home);
  await page.go(url);
  page.own(started.move());
  return page;
}
