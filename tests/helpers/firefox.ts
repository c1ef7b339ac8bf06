import { type Engine, EnginePage, openPage, PERMISSIONS, SIZE, START_PATIENCE_MS, WATCH } from "./engines.ts";
import { findProgram } from "./needs.ts";
import type { Json } from "./peer.ts";
import { Process } from "./process.ts";

const FIREFOX = findProgram("firefox-esr") ?? findProgram("firefox");

/** Firefox, driven over WebDriver BiDi, which it speaks itself. */
export const firefox: Engine = {
  name: "Firefox",
  needs: { permissions: PERMISSIONS, others: { "firefox": FIREFOX !== undefined } },
  open: (url) => openPage(url, FirefoxPage.launch),
};

/** Those settings of Firefox that make it start with less: it is to show one page, once. */
const FIREFOX_SETTINGS = {
  "dom.ipc.processPrelaunch.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.startup.page": 0,
  "extensions.enabledScopes": 0,
  "extensions.installDistroAddons": false,
};

class FirefoxPage extends EnginePage {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Json>>();
  #context = "";
  #id = 0;

  private constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
  }

  static async launch(this: void, started: AsyncDisposableStack, home: string): Promise<EnginePage> {
    const settings = Object.entries(FIREFOX_SETTINGS).map((one) =>
      `user_pref(${JSON.stringify(one).slice(1, -1)});\n`
    );
    await Deno.writeTextFile(`${home}/user.js`, settings.join(""));
    // It writes its address to standard error.
    const program = ["-c", 'exec "$0" "$@" 2>&1', FIREFOX!];
    const args = ["--headless", "--no-remote", "--profile", home, "--remote-debugging-port=0", "about:blank"];
    const browser = started.use(new Process("sh", [...program, ...args], { env: { HOME: home } }));
    browser.patienceMs = START_PATIENCE_MS;
    const [address] = /ws:\S+/.exec(await browser.until("BiDi listening on"))!;
    const socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => [socket.onopen, socket.onerror] = [resolve, reject]);
    const page = new FirefoxPage(socket);
    started.defer(() => page.#hangUp());
    await page.#send("session.new", { capabilities: {} });
    const { contexts: [{ context }] } = await page.#send("browsingContext.getTree", {});
    page.#context = context;
    await page.#send("browsingContext.setViewport", { context, viewport: SIZE });
    await page.#send("script.addPreloadScript", { functionDeclaration: `() => ${WATCH}` });
    return page;
  }

  async go(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  async reload(): Promise<void> {
    await this.#send("browsingContext.reload", { context: this.#context, wait: "complete" });
  }

  protected async run(body: string): Promise<string | undefined> {
    const { result, exceptionDetails } = await this.#send("script.callFunction", {
      functionDeclaration: `() => { ${body} }`,
      target: { context: this.#context },
      awaitPromise: true,
      userActivation: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  protected async perform(actions: Json[]): Promise<void> {
    await this.#send("input.performActions", { context: this.#context, actions });
  }

  async #send(method: string, params: Json): Promise<Json> {
    const id = ++this.#id;
    const answered = Promise.withResolvers<Json>();
    this.#waiting.set(id, answered);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, message } = await answered.promise;
    if (result === undefined) throw new Error(`${method}: ${message}`);
    return result;
  }

  #received(message: Json): void {
    this.#waiting.get(message.id)?.resolve(message);
    this.#waiting.delete(message.id);
  }

  async #hangUp(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await closed;
  }
}
