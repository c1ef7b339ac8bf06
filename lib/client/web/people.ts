/// <reference lib="dom" />
import { compareNames } from "../../wire/name_order.ts";
import { foldName, isSameName } from "../../wire/names.ts";
import { byId, fill, make } from "./dom.ts";
import type { Reader } from "./row.ts";

/** The most people in the list: more of them are found by their name. */
const MAX_SHOWN = 60;

/** The most people that are found without a field for it. */
const MANY = 20;

/** The list of those who are here. */
export class PeopleList {
  readonly #word = byId<HTMLInputElement>("who-word");
  readonly #names: () => readonly string[];
  readonly #reader: Reader;
  #shown = "";

  /** `names`: who is here, in any order. */
  constructor(names: () => readonly string[], reader: Reader) {
    this.#names = names;
    this.#reader = reader;
    this.#word.addEventListener("input", () => this.show());
  }

  /** Shows who is here now. */
  show(): void {
    const { self, hueOf } = this.#reader;
    const names = this.#names();
    const word = foldName(this.#word.value.trim());
    const found = names.filter((name) => word === "" || foldName(name).includes(word)).toSorted(compareNames);
    const listed = [
      ...found.filter((name) => isSameName(name, self)),
      ...found.filter((name) => !isSameName(name, self)),
    ];
    const key = JSON.stringify([self, names.length, listed]);
    if (key === this.#shown) return;
    this.#shown = key;
    byId("who-find").hidden = names.length <= MANY;
    byId("count").textContent = `${names.length} here`;
    fill(
      byId("names"),
      ...listed.slice(0, MAX_SHOWN).map((name) => {
        const mine = isSameName(name, self);
        const button = make(
          "button",
          { class: `row n${hueOf(name)}`, "data-name": mine ? undefined : name },
          make("bdi", {}, name),
          mine && make("small", {}, "you"),
        );
        if (mine) button.dataset.self = "";
        return make("li", {}, button);
      }),
    );
    const more = byId("more-people");
    more.hidden = listed.length <= MAX_SHOWN;
    more.textContent = `and ${listed.length - MAX_SHOWN} more; type to find them`;
  }
}
