/// <reference lib="dom" />
import "./compat.ts";
import { iconAddress } from "./alert.ts";
import { App } from "./app.ts";
import { BrowserRecollection } from "./recollection.ts";
import { connectSocket, pageSocket } from "./socket.ts";
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

// Whoever was here before is connected while the rest of the document still comes.
const recollection = new BrowserRecollection(new Storage(() => localStorage));
const first = recollection.known ? connectSocket(pageSocket(), new AbortController().signal) : undefined;
first?.catch(() => {});

addEventListener("DOMContentLoaded", () => {
  document.querySelector("link[rel=icon]")!.setAttribute("href", iconAddress({ news: false, call: false }));
  followKeyboard();
  new App(recollection, first).run();
});
