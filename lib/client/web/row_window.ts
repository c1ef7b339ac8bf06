/// <reference lib="dom" />
import type { Item } from "./items.ts";
import { type RowContext, rowOf } from "./row.ts";

/** The most elements of all rows together: with the rest of the document they stay below a thousand. */
const MAX_ELEMENTS = 640;

/** A row in the document. */
interface Row {
  before?: Item;
  nodes: HTMLElement[];
  elements: number;
}

/** A row that stays where it is, in pixels of the screen. */
export interface Anchor {
  /** What it shows. */
  readonly item: Item;
  /** Where it ends. */
  readonly bottom: number;
}

/** Which items are in the document. */
export interface Bounds {
  /** The index of the first one. */
  readonly from: number;
  /** The index behind the last one. */
  readonly to: number;
}

/** Some rows of a log in the document: a bounded number of elements, of which only those that change are touched. */
export class RowWindow {
  readonly #lines: HTMLElement;
  /** In their order. */
  #rows = new Map<Item, Row>();

  /** Rows in this element. */
  constructor(lines: HTMLElement) {
    this.#lines = lines;
  }

  /** Shows no rows. */
  clear(): void {
    this.#rows.clear();
    this.#lines.replaceChildren();
  }

  /** Makes all rows anew with the next drawing. */
  spoil(): void {
    for (const row of this.#rows.values()) row.before = STALE;
  }

  /**
   * Shows these items. Returns which of them: where there are too many, some are left out at the start or the end, as
   * `drop` says.
   */
  draw(items: readonly Item[], bounds: Bounds & { drop: "start" | "end" }, context: RowContext): Bounds {
    let { from, to } = bounds;
    const made: Row[] = [];
    let elements = 0;
    const add = (at: number) => {
      const row = this.#row(items, at, context);
      elements += row.elements;
      if (elements > MAX_ELEMENTS && made.length > 0) return false;
      made.push(row);
      return true;
    };
    if (bounds.drop === "start") {
      let at = to - 1;
      while (at >= from && add(at)) at--;
      from = at + 1;
      made.reverse();
    } else {
      let at = from;
      while (at < to && add(at)) at++;
      to = at;
    }
    this.#replace(new Map(made.map((row, i) => [items[from + i], row])));
    return { from, to };
  }

  /** The first row below this height, and where it ends: what is above may change with what is before it. */
  anchor(top: number): Anchor | undefined {
    for (const [item, { nodes }] of this.#rows) {
      const { bottom } = nodes.at(-1)!.getBoundingClientRect();
      if (bottom > top) return { item, bottom };
    }
  }

  /** How far, in pixels, a row has moved. */
  shift({ item, bottom }: Anchor): number {
    const node = this.#rows.get(item)?.nodes.at(-1);
    return node === undefined ? 0 : node.getBoundingClientRect().bottom - bottom;
  }

  #replace(rows: Map<Item, Row>): void {
    // What was there before the room answered.
    if (this.#rows.size === 0) this.#lines.replaceChildren();
    for (const [item, row] of this.#rows) {
      if (rows.get(item) !== row) row.nodes.forEach((node) => node.remove());
    }
    this.#rows = rows;
    let next = this.#lines.firstChild;
    for (const { nodes } of rows.values()) {
      for (const node of nodes) {
        if (node === next) next = next.nextSibling;
        else this.#lines.insertBefore(node, next);
      }
    }
  }

  #row(items: readonly Item[], at: number, context: RowContext): Row {
    const before = items[at - 1];
    const known = this.#rows.get(items[at]);
    if (known !== undefined && known.before === before) return known;
    const nodes = rowOf(items[at], { ...context, before });
    const elements = nodes.reduce((sum, node) => sum + 1 + node.getElementsByTagName("*").length, 0);
    return { before, nodes, elements };
  }
}

/** Stands before no row, so that a row is made anew. */
const STALE: Item = { kind: "note", seq: -1, time: 0, text: "" };
