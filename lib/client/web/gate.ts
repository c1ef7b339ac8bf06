/// <reference lib="dom" />
import { parseName } from "../../wire/names.ts";
import { refusalOf } from "../../wire/refusal.ts";
import { showIcon } from "./alert.ts";
import { byId, fill, icon, onSubmit, setAttribute } from "./dom.ts";
import { sentence } from "./words.ts";

/** Shows what is wrong with a field, or that nothing is. */
export function tellWrong(input: HTMLInputElement, why: string | undefined): void {
  const place = byId(input.getAttribute("aria-describedby")!);
  fill(place, ...(why === undefined ? [] : [icon("warn"), sentence(why)]));
  setAttribute(input, "aria-invalid", why === undefined ? undefined : "true");
}

/** Why a name cannot be had, as far as the page can tell. */
export function nameRefusal(name: string): string | undefined {
  return refusalOf(() => parseName(name));
}

/** After how long, in milliseconds, it is said that the room is on its way. */
const ARRIVING_MS = 400;

/** What stands before the room: the question for a name, and the one for a password. */
export class Gate {
  #arriving?: ReturnType<typeof setTimeout>;
  readonly #gate = byId("gate");
  readonly #app = byId("app");
  readonly #parts = ["first", "secret", "arriving"].map((id) => byId(id));

  /** Shows what the server is called. */
  set title(title: string) {
    for (const part of this.#parts) part.querySelector("h1")!.textContent = title;
  }

  /** Asks for a name; an empty one is none. */
  async askName(suggestion: string): Promise<string> {
    const input = byId<HTMLInputElement>("name");
    input.value = suggestion;
    showIcon({});
    this.#show("first");
    input.focus();
    const { promise, resolve } = Promise.withResolvers<string>();
    onSubmit(byId<HTMLFormElement>("first"), () => {
      const name = input.value.trim();
      const why = name === "" ? undefined : nameRefusal(name);
      tellWrong(input, why);
      if (why === undefined) resolve(name);
      else input.focus();
    });
    return await promise;
  }

  /** Asks for the password; `wrong` says what was wrong with the last one. */
  async askPassword(wrong: string | undefined): Promise<string> {
    const input = byId<HTMLInputElement>("password");
    this.#show("secret");
    tellWrong(input, wrong);
    input.select();
    input.focus();
    const { promise, resolve } = Promise.withResolvers<string>();
    onSubmit(byId<HTMLFormElement>("secret"), () => input.value !== "" && resolve(input.value));
    return await promise;
  }

  /** Says that the room is on its way, if it is for long: most are there at once. */
  arrive(): void {
    if (!this.#app.hidden) return;
    this.#arriving = setTimeout(() => this.wait(""), ARRIVING_MS);
  }

  /** Says that the room is on its way, or why it is not; `again` tries again. */
  wait(text: string, again?: () => void): void {
    this.#show("arriving");
    fill(byId("arriving").querySelector("p")!, text);
    const button = byId("again");
    button.hidden = again === undefined;
    button.onclick = () => again?.();
  }

  /** Whether the room is seen. */
  get isOpen(): boolean {
    return !this.#app.inert;
  }

  /** Opens. */
  open(): void {
    clearTimeout(this.#arriving);
    this.#gate.hidden = true;
    this.#app.hidden = this.#app.inert = false;
  }

  #show(id: string): void {
    clearTimeout(this.#arriving);
    this.#gate.hidden = false;
    this.#app.inert = true;
    for (const part of this.#parts) part.hidden = part.id !== id;
  }
}
