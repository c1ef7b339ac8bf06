/// <reference lib="dom" />
import "./compat.ts";
import { iconAddress } from "./alert.ts";
import { App } from "./app.ts";

/** iOS lays its keyboard over the page: the page is as high as the part of it that can be seen. */
function followKeyboard(): void {
  const viewport = visualViewport;
  const rule = document.styleSheets[0].cssRules[0] as CSSStyleRule;
  viewport?.addEventListener("resize", () => {
    rule.style.setProperty("--view", `${viewport.height}px`);
    scrollTo(0, 0);
  });
}

document.querySelector("link[rel=icon]")!.setAttribute("href", iconAddress({ news: false, call: false }));
followKeyboard();
new App().run();
