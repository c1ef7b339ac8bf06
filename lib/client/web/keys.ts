/// <reference lib="dom" />
import { byId } from "./dom.ts";

/** What the keys lead to that work everywhere in the page. */
export interface KeysOptions {
  /** The regions that F6 goes through. */
  regions: readonly HTMLElement[];
  /** Closes what is open; returns whether anything was. */
  close(): boolean;
  /** Goes to the newest. */
  toEnd(): void;
  /** Goes to the first of what has come. */
  toStart(): void;
  /** Scrolls by a page. */
  page(direction: 1 | -1): void;
  /** Opens the search. */
  search(): void;
  /** Goes to the next room in this direction; with `unread` to one in which something is new. */
  room(step: 1 | -1, options: { unread: boolean }): void;
}

/** Listens to the keys that work everywhere. */
export function listenToKeys(options: KeysOptions): void {
  addEventListener("keydown", (event) => {
    if (
      event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") !== null ||
      byId("app").inert
    ) return;
    if (act(event, options)) event.preventDefault();
  });
}

/** Carries out a key; returns whether it was one. */
function act(event: KeyboardEvent, options: KeysOptions): boolean {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const input = byId<HTMLTextAreaElement>("text");
  const typing = document.activeElement === input;
  if (altKey && !ctrlKey && (key === "ArrowUp" || key === "ArrowDown")) {
    options.room(key === "ArrowUp" ? -1 : 1, { unread: shiftKey });
    return true;
  }
  if (ctrlKey && (key === "Home" || key === "End") && (!typing || input.value === "")) {
    (key === "Home" ? options.toStart : options.toEnd)();
    return true;
  }
  if ((ctrlKey || metaKey) && key === "k") {
    options.search();
    return true;
  }
  if (ctrlKey || metaKey || altKey) return false;
  switch (key) {
    case "Escape":
      if (!options.close()) options.toEnd();
      return true;
    case "F6":
      cycle(options.regions, shiftKey ? -1 : 1);
      return true;
    case "PageUp":
    case "PageDown":
      if (!typing) return false;
      options.page(key === "PageUp" ? -1 : 1);
      return true;
  }
  return goesToInput(event, options);
}

/** What is typed in the log is meant for the input; `/` searches. */
function goesToInput({ key }: KeyboardEvent, { search }: KeysOptions): boolean {
  const inLog = document.activeElement === document.body || byId("log") === document.activeElement;
  if (!inLog || [...key].length !== 1 || key === " ") return false;
  if (key === "/") {
    search();
    return true;
  }
  // The key itself goes to what has the focus now.
  byId("text").focus();
  return false;
}

function cycle(regions: readonly HTMLElement[], step: 1 | -1): void {
  const open = regions.filter((region) =>
    region.closest("[inert], [hidden]") === null && region.offsetParent !== null
  );
  const at = open.findIndex((region) => region.contains(document.activeElement));
  const next = open[(at + step + open.length) % open.length];
  if (next?.matches("[tabindex], textarea")) return next.focus();
  const inside = [...next?.querySelectorAll<HTMLElement>("[aria-current], button, input") ?? []];
  inside.find(({ offsetParent }) => offsetParent !== null)?.focus();
}
