import type { ReceivedEntry } from "../../wire/received.ts";
import { isEntry, type Item, lastOf, type PresenceItem, type SaidItem } from "./items.ts";

/** What a block of code begins and ends with. */
const FENCE = /^```[\w+#.-]*$/;

/** The most lines of a block of code; a longer one is shown as lines. */
const MAX_CODE_LINES = 200;

/** The most items that are kept while their reader is at the end; older ones come from the server again. */
const MAX_KEPT = 4000;

/** A piece of a room's log, as far as it has come: items in the order of their numbers, each once. Pure. */
export class Timeline {
  #items: Item[] = [];
  /** Whether there is nothing before its first item. */
  begun = false;

  /** The items, in order. An item that changes is replaced by another one. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** The number of its first entry; `undefined` if it has none. */
  get first(): number | undefined {
    return this.#items.find(isEntry)?.seq;
  }

  /** The number of its last entry; 0 if it has none. */
  get last(): number {
    const item = this.#items.findLast(isEntry);
    return item === undefined ? 0 : lastOf(item);
  }

  /** Takes an entry to where it belongs. Returns whether it was not there. */
  take(entry: ReceivedEntry): boolean {
    if (entry.seq > this.last) {
      this.#append(itemOf(entry));
      return true;
    }
    const at = this.#items.findIndex((item) => isEntry(item) && lastOf(item) >= entry.seq);
    if (this.#items[at].seq <= entry.seq) return false;
    this.#items.splice(at, 0, itemOf(entry));
    return true;
  }

  /** Takes entries from before its first one, in order. Returns how many items that adds at its beginning. */
  takeOlder(entries: readonly ReceivedEntry[]): number {
    const first = this.first ?? Infinity;
    const older = new Timeline();
    for (const entry of entries) if (entry.seq < first) older.take(entry);
    this.#items = [...older.items, ...this.#items];
    return older.items.length;
  }

  /** Appends what is no entry. */
  note(item: Item): void {
    this.#items.push({ ...item, seq: this.last });
  }

  /** Appends all of a piece that goes on where this one ends. */
  join(later: Timeline): void {
    const { last } = this;
    this.#items.push(...later.items.filter((item) => lastOf(item) > last || !isEntry(item)));
  }

  /** The log begins anew: what has come stays, before all that is to come. */
  restart(): void {
    const by = this.last + 1;
    this.#items = this.#items.map((item) => ({ ...item, seq: item.seq - by, last: lastOf(item) - by }));
    this.begun = true;
  }

  /** Forgets the oldest, of which there are too many. */
  trim(): void {
    if (this.#items.length <= MAX_KEPT) return;
    this.#items = this.#items.slice(-MAX_KEPT / 2);
    this.begun = false;
  }

  #append(item: Item): void {
    const before = this.#items.at(-1);
    if (item.kind === "presence" && before?.kind === "presence") {
      this.#items[this.#items.length - 1] = merge(before, item);
      return;
    }
    this.#items.push(item);
    if (item.kind === "said" && item.text === "```") this.#fold(item);
  }

  /** Makes one block of the lines between this one and the one that begins it, all of one author. */
  #fold(end: SaidItem): void {
    const to = this.#items.length - 1;
    for (let at = to - 1; at >= Math.max(0, to - MAX_CODE_LINES); at--) {
      const item = this.#items[at];
      if (item.kind !== "said" || item.name !== end.name || item.code !== undefined) return;
      if (!FENCE.test(item.text)) continue;
      const lines = this.#items.slice(at + 1, to) as SaidItem[];
      if (lines.length === 0) return;
      const code = lines.map(({ text }) => text).join("\n");
      this.#items.splice(at, to - at + 1, { ...item, text: code, code, last: end.seq });
      return;
    }
  }
}

/** An entry as the item that shows it. */
function itemOf(entry: ReceivedEntry): Item {
  const { seq, time } = entry;
  switch (entry.kind) {
    case "said":
    case "action": {
      const { kind, name, text, own } = entry;
      return { kind, seq, time, name, text, own };
    }
    case "renamed":
      return { kind: "renamed", seq, time, name: entry.name, to: entry.to };
    case "joined":
      return { kind: "presence", seq, last: seq, time, came: entry.names, left: [], passed: [] };
    case "left": {
      const left = entry.names.map((name) => ({ name, reason: entry.reason }));
      return { kind: "presence", seq, last: seq, time, came: [], left, passed: [] };
    }
  }
}

/** Two changes of who is there as one: whoever came in the first and leaves in the second has looked in. */
function merge(one: PresenceItem, other: PresenceItem): PresenceItem {
  const gone = new Set(other.left.map(({ name }) => name));
  const back = new Set(other.came);
  const stayed = one.came.filter((name) => !gone.has(name));
  const passed = one.came.filter((name) => gone.has(name));
  const came = new Set(one.came);
  return {
    ...one,
    last: other.last,
    came: [...stayed, ...other.came],
    left: [
      ...one.left.filter(({ name }) => !back.has(name)),
      ...other.left.filter(({ name }) => !came.has(name)),
    ],
    passed: [...new Set([...one.passed.filter((name) => !back.has(name)), ...passed])],
  };
}
