/// <reference lib="dom" />
import { byId, icon, make } from "./dom.ts";

/** A strip above the input: what stands in the way of saying something. */
export interface Strip {
  /** The name of its icon. */
  readonly icon: string;
  /** What stands in the way. */
  readonly text: (Node | string)[];
  /** What more there is to say. */
  readonly more?: string;
  /** What can be done about it. */
  readonly act?: { readonly label: string; run(): void; close?: boolean };
  /** Whether it is read aloud at once. */
  readonly bad?: boolean;
}

/** The strips that there are, each with a name of its own; showing one again changes it in place. */
export class Strips {
  readonly #place = byId("strips");
  readonly #shown = new Map<string, { element: HTMLElement; key: string; more: HTMLElement }>();

  /** Shows a strip, or takes it away. */
  set(name: string, strip: Strip | undefined): void {
    const shown = this.#shown.get(name);
    if (strip === undefined) {
      shown?.element.remove();
      this.#shown.delete(name);
      return;
    }
    const key = strip.text.map((part) => typeof part === "string" ? part : part.textContent).join("") +
      strip.act?.label;
    if (shown?.key === key) {
      shown.more.textContent = strip.more ?? "";
      return;
    }
    shown?.element.remove();
    const more = make("span", { class: "meta" }, strip.more);
    const { act } = strip;
    const button = act === undefined
      ? undefined
      : act.close
      ? make("button", { class: "icon", "aria-label": act.label }, icon("close"))
      : make("button", { class: "btn slim" }, act.label);
    button?.addEventListener("click", () => act!.run());
    const element = make(
      "div",
      { class: `strip${strip.bad ? " bad" : ""}`, role: strip.bad ? "alert" : "status" },
      icon(strip.icon),
      make("span", {}, ...strip.text, more),
      button,
    );
    this.#place.append(element);
    this.#shown.set(name, { element, key, more });
  }
}
