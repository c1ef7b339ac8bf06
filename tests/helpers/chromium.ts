import { deadline } from "@std/async/deadline";
import { DrivenPage } from "./driven_page.ts";
import { findProgram } from "./needs.ts";
import type { Json } from "./peer.ts";

/** How long, in milliseconds, it may take to end. */
const PATIENCE_MS = 15_000;

/** The path of Chromium, or `undefined` if it is not installed. */
export const CHROMIUM = findProgram("chromium") ?? findProgram("chromium-browser") ??
  findProgram("google-chrome");

/** What a test in Chromium cannot do without. */
export const IN_CHROMIUM = {
  permissions: ["net", "run", "read", "write", "env"] as ("net" | "run" | "read" | "write" | "env")[],
  others: { "chromium": CHROMIUM !== undefined },
};

/** What a page is shown on. */
export interface Device {
  width?: number;
  height?: number;
  /** Device pixels for each pixel of the page. */
  scale?: number;
  /** Whether it is touched, and has no mouse. */
  mobile?: boolean;
  dark?: boolean;
  /** How many times slower its processor is. */
  slowdown?: number;
}

interface Waiting {
  method: string;
  answered: PromiseWithResolvers<Json>;
}

/** Chromium, driven over its DevTools protocol. */
export class Chromium implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #drained: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(message: Json) => void>();
  #id = 0;
  /** Where pages are opened that ask for no place of their own. */
  #context?: string;

  private constructor(
    child: Deno.ChildProcess,
    { socket, folder, drained }: { socket: WebSocket; folder: string; drained: Promise<void> },
  ) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    this.#drained = drained;
    socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
  }

  /** Starts it, without a window. `names`: names of hosts that lead to the loopback interface. */
  static async launch({ names = [] }: { names?: string[] } = {}): Promise<Chromium> {
    const folder = await Deno.makeTempDir({ prefix: "parley-chromium-" });
    const child = new Deno.Command(CHROMIUM!, {
      args: [
        "--headless",
        // The tests run as root in containers, where it has no sandbox.
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--autoplay-policy=user-gesture-required",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join()}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { url, drained } = await readAddress(child.stderr);
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => [socket.onopen, socket.onerror] = [resolve, reject]);
    return new Chromium(child, { socket, folder, drained });
  }

  /**
   * Opens a page. Pages of one `context` share what a browser stores. `unwatched`: one that is not slowed down by taking
   * note of its requests and problems.
   */
  async open(url: string, device: Device & { context?: string; unwatched?: boolean } = {}): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", {
      url: "about:blank",
      browserContextId: device.context ?? this.#context,
    });
    const page = await this.attach(targetId, device);
    await page.become(device);
    await page.go(url);
    return page;
  }

  /** A page that is open already. */
  async attach(targetId: string, { unwatched }: { unwatched?: boolean } = {}): Promise<Page> {
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, { sessionId, targetId });
    await page.send("Page.enable");
    if (!unwatched) {
      for (const domain of ["Runtime", "Network", "Log"]) {
        await page.send(`${domain}.enable`);
      }
    }
    return page;
  }

  /** Closes all pages but one, without which it would end, and which shows nothing. Those that follow know nothing of them. */
  async renew(): Promise<void> {
    const { targetInfos } = await this.send("Target.getTargets");
    const pages = targetInfos.filter(({ type }: Json) => type === "page");
    await this.send("Target.createTarget", { url: "about:blank" });
    for (const { targetId } of pages) await this.send("Target.closeTarget", { targetId });
    // Servers of two tests can have the same port, and so the same origin.
    this.#context = await this.context();
  }

  /** Makes a place for pages that stores nothing of the others. */
  async context(): Promise<string> {
    return (await this.send("Target.createBrowserContext")).browserContextId;
  }

  /** Sends a command, to a page if `sessionId` names one. */
  async send(method: string, params: object = {}, sessionId?: string): Promise<Json> {
    const id = ++this.#id;
    const answered = Promise.withResolvers<Json>();
    this.#waiting.set(id, { method, answered });
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return await answered.promise;
  }

  /** Listens to what happens in it, until the returned function is called. */
  listen(listener: (message: Json) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.send("Browser.close").catch(() => {});
    await deadline(this.#child.status, PATIENCE_MS).catch(() => this.#child.kill("SIGKILL"));
    await this.#child.status;
    await this.#drained;
    await closed;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  #received(message: Json): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return this.#listeners.forEach((listener) => listener(message));
    this.#waiting.delete(message.id);
    const { method, answered } = waiting;
    if (message.error) answered.reject(new Error(`${method}: ${message.error.message}`));
    else answered.resolve(message.result);
  }
}

/** One page. */
export class Page extends DrivenPage {
  readonly #browser: Chromium;
  readonly #sessionId: string;
  readonly #targetId: string;
  /** The address to which it went last. */
  home = "";
  /** What it asked for. */
  readonly requests: string[] = [];

  constructor(browser: Chromium, { sessionId, targetId }: { sessionId: string; targetId: string }) {
    super();
    this.#browser = browser;
    this.#sessionId = sessionId;
    this.#targetId = targetId;
    browser.listen(({ sessionId, method, params }) => {
      if (sessionId !== this.#sessionId) return;
      if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
      if (method === "Network.webSocketCreated") this.requests.push(params.url);
      if (method === "Runtime.exceptionThrown") {
        const { text, exception } = params.exceptionDetails;
        this.problems.push(exception?.description ?? text);
      }
      if (method === "Log.entryAdded" && params.entry.source === "security") {
        this.problems.push(params.entry.text);
      }
    });
  }

  async send(method: string, params: object = {}): Promise<Json> {
    return await this.#browser.send(method, params, this.#sessionId);
  }

  /** Shows the page on another device. */
  async become(
    { width = 1280, height = 800, scale = 1, mobile = false, dark = false, slowdown = 1 }: Device,
  ) {
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: scale,
      mobile,
    });
    await this.send("Emulation.setTouchEmulationEnabled", { enabled: mobile });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.send("Emulation.setEmulatedMedia", { features });
    await this.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  }

  /** Goes to an address. */
  async go(url: string): Promise<void> {
    if (url !== "about:blank") this.home = url;
    await this.send("Page.navigate", { url });
  }

  /** Brings it to the front: what is behind is not drawn. */
  async show(): Promise<void> {
    await this.send("Page.bringToFront");
  }

  async reload(): Promise<void> {
    await this.send("Page.reload");
  }

  /** What an expression is in the page. */
  async eval<T = Json>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Types a text where the focus is. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** Presses a key, such as `Enter` or `Shift+ArrowUp`. */
  async press(key: string): Promise<void> {
    const names = key.split("+");
    const name = names.pop()!;
    const modifiers = names.reduce((sum, one) => sum + ({ Alt: 1, Control: 2, Meta: 4, Shift: 8 })[one]!, 0);
    const text = name === "Enter" ? "\r" : name.length === 1 ? name : undefined;
    const code = name.length === 1 ? `Key${name.toUpperCase()}` : name;
    const base = {
      key: name,
      code,
      modifiers,
      windowsVirtualKeyCode: KEY_CODES[name] ?? name.toUpperCase().charCodeAt(0),
    };
    await this.send("Input.dispatchKeyEvent", {
      type: "keyDown",
      ...base,
      text: modifiers > 0 && modifiers !== 8 ? undefined : text,
    });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...base });
  }

  protected async pressAt({ x, y }: { x: number; y: number }): Promise<void> {
    const touch = await this.eval("matchMedia('(pointer: coarse)').matches");
    if (touch) {
      await this.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
      await this.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      return;
    }
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Takes a picture. */
  async shot(path: string): Promise<void> {
    const { data } = await this.send("Page.captureScreenshot");
    await Deno.writeFile(path, Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
  }

  async close(): Promise<void> {
    await this.#browser.send("Target.closeTarget", { targetId: this.#targetId });
  }
}

const KEY_CODES: Record<string, number> = {
  Enter: 13,
  Tab: 9,
  Escape: 27,
  ArrowUp: 38,
  ArrowDown: 40,
  PageUp: 33,
  PageDown: 34,
  Home: 36,
  End: 35,
  F6: 117,
};

/** Reads where Chromium listens, and then on, so that it is never held up. */
async function readAddress(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<{ url: string; drained: Promise<void> }> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Chromium did not start: ${text}`);
    text += value;
    const url = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
    if (url !== undefined) return { url, drained: drain(reader) };
  }
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
