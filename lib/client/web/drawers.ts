/// <reference lib="dom" />
import { byId } from "./dom.ts";

/** A part of the page that is a drawer where there is no room for it. */
export interface Drawer {
  /** The part itself. */
  readonly side: HTMLElement;
  /** The button that opens it. */
  readonly opener: HTMLElement;
  /** Where there is room for it, so that it is no drawer, as a media query. */
  readonly room: string;
}

/** The drawers: one is open at most; what is closed cannot be reached by keyboard or screen reader. */
export class Drawers {
  readonly #drawers: readonly Drawer[];
  readonly #changed: () => void;
  readonly #scrim = byId("scrim");
  #open?: Drawer;

  /** Takes them over. `changed`: called when one is opened or closed. */
  constructor(drawers: readonly Drawer[], changed: () => void) {
    this.#drawers = drawers;
    this.#changed = changed;
    for (const drawer of drawers) {
      drawer.opener.addEventListener("click", () => this.open(drawer.side));
      drawer.side.querySelector(".close")?.addEventListener("click", () => this.close());
    }
    this.#scrim.addEventListener("click", () => this.close());
    for (const { room } of drawers) matchMedia(room).addEventListener("change", () => this.#update());
    this.#update();
  }

  /** Whether one is open. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Opens the drawer of this side, and goes there. */
  open(side: HTMLElement): void {
    this.#open = this.#drawers.find((drawer) => drawer.side === side);
    this.#update();
    const first = side.querySelector<HTMLElement>("[aria-current], input:not([hidden]), ul button") ??
      side.querySelector("button");
    (first?.offsetParent === null ? side.querySelector<HTMLElement>(".close") : first)?.focus();
  }

  /** Closes what is open, and goes back to where it was opened. */
  close(): void {
    const closed = this.#open;
    if (closed === undefined) return;
    this.#open = undefined;
    const inside = closed.side.contains(document.activeElement);
    this.#update();
    if (inside) closed.opener.focus();
  }

  #update(): void {
    for (const drawer of this.#drawers) {
      const open = drawer === this.#open;
      const drawn = !matchMedia(drawer.room).matches;
      drawer.side.classList.toggle("open", open && drawn);
      drawer.side.inert = drawn && !open;
      drawer.opener.setAttribute("aria-expanded", String(open));
      if (open && !drawn) this.#open = undefined;
    }
    this.#scrim.hidden = this.#open === undefined;
    this.#changed();
  }
}
