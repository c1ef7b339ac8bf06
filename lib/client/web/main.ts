/// <reference lib="dom" />
import "./compat.ts";
import { App } from "./app.ts";
import { BrowserRecollection } from "./recollection.ts";
import { byId } from "./dom.ts";
import { openSocket } from "./socket.ts";
import { Storage } from "./storage.ts";

/** iOS lays its keyboard over the page: the page is as high as the part of it that can be seen. */
function followKeyboard(): void {
  const viewport = visualViewport;
  const rule = document.styleSheets[0].cssRules[0] as CSSStyleRule;
  viewport?.addEventListener("resize", () => {
    rule.style.setProperty("--view", `${viewport.height}px`);
    scrollTo(0, 0);
  });
}

const first = globalThis.early && openSocket(globalThis.early);
first?.catch(() => {});

function start(): void {
  followKeyboard();
  new App(new BrowserRecollection(new Storage(() => localStorage)), first).run();
}

// What is there already is shown first. A page that is not looked at gets no frames.
if (byId("app").hidden || document.visibilityState === "hidden") start();
else requestAnimationFrame(() => setTimeout(start));
