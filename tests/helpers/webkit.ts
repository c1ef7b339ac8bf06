import { delay } from "@std/async/delay";
import { type Engine, EnginePage, openPage, PERMISSIONS, SIZE, START_PATIENCE_MS, WATCH } from "./engines.ts";
import { findProgram } from "./needs.ts";
import type { Json } from "./peer.ts";
import { Process } from "./process.ts";

const DRIVER = findProgram("WebKitWebDriver");
const XVFB = findProgram("Xvfb");

/** WebKit, in the small browser that comes with its GTK port, driven over WebDriver. */
export const webkit: Engine = {
  name: "WebKit",
  needs: {
    permissions: PERMISSIONS,
    others: { "WebKitWebDriver": DRIVER !== undefined, "Xvfb": XVFB !== undefined },
  },
  open: (url) => openPage(url, WebKitPage.launch),
};

class WebKitPage extends EnginePage {
  readonly #session: string;

  private constructor(session: string) {
    super();
    this.#session = session;
  }

  static async launch(this: void, started: AsyncDisposableStack, home: string): Promise<EnginePage> {
    const screen = ["-screen", "0", `${SIZE.width}x${SIZE.height}x24`, "-nolisten", "tcp", "-displayfd", "1"];
    const display = started.use(new Process(XVFB!, screen));
    display.patienceMs = START_PATIENCE_MS;
    // Killed at once, it would leave its lock and its socket behind.
    started.defer(async () => {
      display.kill("SIGTERM");
      await display.ended();
    });
    const env = { HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: `:${await display.next()}` };
    const driver = await startDriver(started, env);
    const { sessionId } = await post(`${driver}/session`, { capabilities: {} });
    const page = new WebKitPage(`${driver}/session/${sessionId}`);
    await page.#post("window/rect", { x: 0, y: 0, ...SIZE });
    return page;
  }

  async go(url: string): Promise<void> {
    await this.#post("url", { url });
    await this.eval(WATCH);
  }

  async reload(): Promise<void> {
    await this.#post("refresh");
    await this.eval(WATCH);
  }

  protected async run(body: string): Promise<string | null> {
    return await this.#post("execute/sync", { script: body, args: [] });
  }

  protected async perform(actions: Json[]): Promise<void> {
    await this.#post("actions", { actions });
  }

  async #post(command: string, body = {}): Promise<Json> {
    return await post(`${this.#session}/${command}`, body);
  }
}

/** Starts what drives it, and returns its address. It does not tell a port that it chose, so it is given a free one. */
async function startDriver(started: AsyncDisposableStack, env: Record<string, string>): Promise<string> {
  const limit = performance.now() + START_PATIENCE_MS;
  while (performance.now() < limit) {
    const port = freePort();
    const driver = started.use(new Process(DRIVER!, [`--port=${port}`], { env }));
    let over = false;
    void driver.ended().then(() => over = true);
    const address = `http://127.0.0.1:${port}`;
    // Over before it answers: someone else took the port meanwhile.
    while (!over && performance.now() < limit) {
      if (await isReady(address)) return address;
      await delay(10);
    }
  }
  throw new Error("WebKitWebDriver did not start");
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function isReady(address: string): Promise<boolean> {
  try {
    const { value } = await (await fetch(`${address}/status`)).json();
    return value.ready;
  } catch {
    return false;
  }
}

async function post(url: string, body: Json): Promise<Json> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${value.message}`);
  return value;
}
