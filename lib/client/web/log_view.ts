/// <reference lib="dom" />
import { make } from "./dom.ts";
import type { Screen } from "./first_screen.ts";
import { isEntry, lastOf } from "./items.ts";
import type { NewsMark, Reader } from "./row.ts";
import { type Anchor, RowWindow } from "./row_window.ts";
import type { Timeline } from "./timeline.ts";

/** How many items come into the document when its reader gets near an end of what is there. */
const STEP = 40;

/** The height of the lowest row, in pixels: a screen of them is drawn first. */
const ROW = 28;

/** How many rows are kept for a later visit. */
const KEPT_ROWS = 12;

/** How much of the time drawing may take: what comes fast is drawn in larger parts, and keys are answered in between. */
const REST = 2;

/** How long, in milliseconds, an empty log waits for its messages before it is drawn as it is. */
const EMPTY_MS = 40;

/** How near, in pixels, the end counts as being there. */
const NEAR_END = 40;

/** How long, in milliseconds, nothing is read aloud after older rows were put above the others. */
const HUSH_MS = 600;

/** What a view of a log takes. */
export interface LogViewOptions extends Reader {
  /** Asks for what is before the timeline's first entry. */
  older(): void;
  /** Asks for what is behind its last one; only of a timeline that is not the room's latest. */
  newer(): void;
  /** Whether the reader is at the end has changed, or what they see. */
  scrolled(): void;
}

/** Shows a timeline, however long, in a bounded number of elements, and never jumps while someone reads. */
export class LogView {
  readonly #log: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #window: RowWindow;
  readonly #edge = make("div", { class: "edge meta" });
  readonly #options: LogViewOptions;
  #timeline: Timeline;
  #from = 0;
  #to = 0;
  #atEnd = true;
  #live = true;
  /** How many items there are in the document while their reader is at the end: two screens, once the first is there. */
  #span = screen();
  /** How many items the timeline had when it was drawn last. */
  #drawn = 0;
  /** Whether there are new items at the beginning of the window. */
  #grown = false;
  /** When the next drawing may begin (`performance.now()`). */
  #restUntil = 0;
  #frame = 0;
  #asked = false;
  #hush?: ReturnType<typeof setTimeout>;
  #news?: NewsMark;
  #goal?: number | "news";

  /** Shows a timeline in this element of the document. */
  constructor(log: HTMLElement, lines: HTMLElement, timeline: Timeline, options: LogViewOptions) {
    this.#log = log;
    this.#lines = lines;
    this.#window = new RowWindow(lines);
    this.#timeline = timeline;
    this.#options = options;
    lines.before(this.#edge);
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A keyboard that opens must not hide the end.
    new ResizeObserver(() => this.#atEnd ? this.#toBottom() : this.changed()).observe(log);
  }

  /** Whether all that has come is in the document. */
  get drawn(): boolean {
    return this.#frame === 0;
  }

  /** The last rows, as a later visit shows them at once; private messages are not kept. */
  get rows(): Screen["rows"] {
    return [...this.#lines.querySelectorAll(".msg:not(.secret)")].slice(-KEPT_ROWS).map((row) => {
      const name = row.querySelector(".who,.hear");
      const words = [name, row.querySelector("time"), row.querySelector(".text")]
        .map((part) => part?.textContent ?? "");
      return [row.className, name?.className ?? "", ...words];
    });
  }

  /** Whether the reader sees the newest, and follows it. */
  get atEnd(): boolean {
    return this.#atEnd && this.#live;
  }

  /** What is new. */
  set news(mark: NewsMark | undefined) {
    this.#news = mark;
    this.refresh();
  }

  /** Shows a timeline: at its end, at what is new, or at an entry. `live`: whether it is the room's latest. */
  show(timeline: Timeline, { live = true, at }: { live?: boolean; at?: number | "news" } = {}): void {
    const same = timeline === this.#timeline;
    this.#timeline = timeline;
    this.#live = live;
    this.#asked = false;
    if (!same) this.#window.clear();
    this.#goal = at;
    this.#atEnd = at === undefined;
    const { items } = timeline;
    this.#to = items.length;
    this.#from = this.#to;
    if (typeof at === "number") {
      const index = Math.max(0, items.findIndex((item) => isEntry(item) && lastOf(item) >= at));
      this.#from = Math.max(0, index - STEP);
      this.#to = Math.min(items.length, index + STEP);
    }
    this.changed();
  }

  /** Notes that items were added at the beginning. */
  prepended(count: number): void {
    this.#asked = false;
    // Some of them are drawn at once: what was the first row loses its headings, and the log must not shrink by them.
    this.#from += count - Math.min(count, STEP);
    this.#to += count;
    this.#grown = true;
    this.#quiet();
    this.changed();
  }

  /** Notes that what is before was asked for. */
  asked(): void {
    this.#asked = true;
  }

  /** Notes that an answer came that brought nothing. */
  answered(): void {
    this.#asked = false;
    this.changed();
  }

  /** Shows what has changed, with the next frame. */
  changed(): void {
    if (this.#frame > 0 || this.#frame < 0 && this.#timeline.items.length === 0) return;
    clearTimeout(-this.#frame);
    const draw = () => this.#frame = requestAnimationFrame((now) => this.#draws(now));
    if (this.#timeline.items.length > 0) draw();
    else this.#frame = -setTimeout(draw, EMPTY_MS);
  }

  /** Shows everything anew: names or days have changed. */
  refresh(): void {
    this.#window.spoil();
    this.changed();
  }

  /** Goes to the newest. */
  toEnd(): void {
    this.#atEnd = true;
    this.changed();
  }

  /** Scrolls by pages. */
  page(direction: 1 | -1): void {
    this.#log.scrollBy({ top: direction * this.#log.clientHeight * 0.9 });
  }

  /** Goes to the first of what has come. */
  toStart(): void {
    this.#log.scrollTop = 0;
  }

  #draws(now: number): void {
    if (now < this.#restUntil) {
      this.#frame = requestAnimationFrame((now) => this.#draws(now));
      return;
    }
    const start = performance.now();
    this.#render();
    const end = performance.now();
    this.#restUntil = end + REST * (end - start);
  }

  #render(): void {
    this.#frame = 0;
    const anchor = this.#atEnd ? undefined : this.#anchor();
    const { items } = this.#timeline;
    if (this.#atEnd) {
      // Of more than fits, what is not on the screen waits until nothing new comes.
      if (items.length - this.#drawn > this.#span) this.#span = screen();
      this.#drawn = items.length;
      [this.#from, this.#to] = [Math.max(0, items.length - this.#span), items.length];
    } else if (this.#goal === "news") [this.#from, this.#to] = [0, items.length];
    this.#to = Math.min(this.#to, items.length);
    this.#draw(this.#grown && !this.#atEnd ? "end" : "start");
    this.#grown = false;
    this.#tellEdge();
    if (this.#atEnd) this.#toBottom();
    else if (this.#goal !== undefined) this.#reach();
    else this.#restore(anchor);
    this.#widen();
    this.#options.scrolled();
  }

  /** Puts the rows of the window into the document. `drop`: at which end there is too much, if there is. */
  #draw(drop: "start" | "end"): void {
    const { self, hueOf } = this.#options;
    const context = { self, hueOf, news: this.#news, now: Date.now() };
    const bounds = { from: this.#from, to: this.#to, drop };
    const { from, to } = this.#window.draw(this.#timeline.items, bounds, context);
    [this.#from, this.#to] = [from, to];
  }

  /** Brings more rows in where the reader comes near an end of them, and asks for more where there are none. */
  #widen(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    if (clientHeight === 0) return;
    const { items, begun } = this.#timeline;
    const below = scrollHeight - clientHeight - scrollTop;
    if (scrollTop < clientHeight && this.#from > 0 && (!this.#atEnd || scrollHeight <= 2 * clientHeight)) {
      if (this.#atEnd) {
        this.#span += STEP;
        return this.changed();
      }
      this.#slide(() => this.#from = Math.max(0, this.#from - STEP), "end");
    } else if (below < clientHeight && this.#to < items.length) {
      this.#slide(() => this.#to = Math.min(items.length, this.#to + STEP), "start");
    }
    if (this.#asked) return;
    if (this.#from === 0 && !begun && this.#log.scrollTop < 2 * clientHeight) {
      this.#asked = true;
      this.#tellEdge();
      this.#options.older();
    } else if (!this.#live && this.#to === items.length && below < clientHeight) {
      this.#asked = true;
      this.#options.newer();
    }
  }

  #slide(move: () => void, drop: "start" | "end"): void {
    const anchor = this.#anchor();
    move();
    this.#quiet();
    this.#draw(drop);
    this.#tellEdge();
    if (this.#atEnd) this.#toBottom();
    else this.#restore(anchor);
  }

  #tellEdge(): void {
    const { begun, items } = this.#timeline;
    const said = items.some(({ kind }) => kind === "said" || kind === "action");
    this.#edge.textContent = this.#from > 0 || !this.#asked && !begun || !said
      ? ""
      : begun
      ? "This is where the room begins."
      : "Earlier messages are coming.";
  }

  #anchor(): Anchor | undefined {
    return this.#window.anchor(this.#log.getBoundingClientRect().top);
  }

  #restore(anchor: Anchor | undefined): void {
    const moved = anchor === undefined ? 0 : this.#window.shift(anchor);
    if (moved !== 0) this.#log.scrollTop += moved;
  }

  /** Goes to what is new, or to the entry that was looked for. */
  #reach(): void {
    const goal = this.#goal;
    this.#goal = undefined;
    const target = goal === "news"
      ? this.#lines.querySelector<HTMLElement>(".day.new")
      : this.#lines.querySelector<HTMLElement>(`[data-seq="${goal}"]`);
    if (target === null) return this.toEnd();
    const share = goal === "news" ? 0.2 : 0.4;
    const top = target.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    this.#log.scrollTop += top - share * this.#log.clientHeight;
    if (goal !== "news") {
      target.classList.add("reached");
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
    this.#atEnd = this.#isAtEnd();
  }

  #toBottom(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #isAtEnd(): boolean {
    return this.#to === this.#timeline.items.length && this.#isNearEnd();
  }

  #isNearEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    return scrollHeight - clientHeight - scrollTop < NEAR_END;
  }

  #scrolled(): void {
    // Whoever leaves the end while something is still to be drawn is not to be taken back there.
    if (this.#frame !== 0) return void (this.#atEnd &&= this.#isNearEnd());
    this.#atEnd = this.#isAtEnd();
    this.#widen();
    this.#options.scrolled();
  }

  /** What is put above the others is nothing that happens now, and is not to be read aloud. */
  #quiet(): void {
    this.#log.setAttribute("aria-live", "off");
    clearTimeout(this.#hush);
    this.#hush = setTimeout(() => this.#log.removeAttribute("aria-live"), HUSH_MS);
  }
}

/** How many rows fit on the screen. */
function screen(): number {
  return Math.ceil(innerHeight / ROW);
}
