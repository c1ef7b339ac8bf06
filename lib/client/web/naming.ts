/// <reference lib="dom" />
import { parseRoomName } from "../../wire/names.ts";
import { refusalOf } from "../../wire/refusal.ts";
import { byId, onSubmit } from "./dom.ts";
import { nameRefusal, tellWrong } from "./gate.ts";
import { address, showQr } from "./invite.ts";

/** How long, in milliseconds, a second press on what cannot be undone may take. */
const SURE_MS = 4000;

/** What the dialogs for names lead to. */
export interface NamingOptions {
  /** The user's name. */
  self(): string;
  /** Says a line. */
  say(line: string): void;
  /** Forgets the user on this device. */
  forget(): void;
}

/** The dialogs that ask for names: one's own, and that of another room. */
export class Naming {
  readonly #options: NamingOptions;
  readonly #naming = byId<HTMLDialogElement>("naming");
  readonly #name = byId<HTMLInputElement>("new-name");
  readonly #going = byId<HTMLDialogElement>("going");
  readonly #room = byId<HTMLInputElement>("room-name");
  #sure?: ReturnType<typeof setTimeout>;

  /** See {@linkcode NamingOptions}. */
  constructor(options: NamingOptions) {
    this.#options = options;
    onSubmit(byId<HTMLFormElement>("naming-form"), () => this.#take());
    onSubmit(byId<HTMLFormElement>("going-form"), () => this.#go());
    byId("link").addEventListener("click", () => options.say("/link"));
    byId("forget").addEventListener("click", () => this.#forget());
  }

  /** Asks for another name; `wrong` says what is wrong with this one. */
  openName({ name = this.#options.self(), wrong }: { name?: string; wrong?: string } = {}): void {
    byId("link-qr").hidden = true;
    byId("link-text").textContent = "A code for it, for ten minutes.";
    this.#name.value = name;
    // What to do about it stands in the dialog already.
    tellWrong(this.#name, wrong?.replace(/; \/name .*$/, ""));
    if (!this.#naming.open) this.#naming.showModal();
    this.#name.focus();
    this.#name.select();
  }

  /** Asks for another room. */
  openRoom(): void {
    this.#room.value = "";
    tellWrong(this.#room, undefined);
    this.#going.showModal();
    this.#room.focus();
  }

  /** Shows the code for another device, if it was asked for here. Returns whether it was. */
  showCode(text: string): boolean {
    const code = /\/link (\S+)/.exec(text)?.[1];
    if (!this.#naming.open || code === undefined) return false;
    byId("link-text").textContent = `${code} — type /link ${code} there, or scan:`;
    byId("link-qr").hidden = false;
    showQr(byId("link-qr"), `${address()}#link=${code}`);
    return true;
  }

  #take(): void {
    const name = this.#name.value.trim();
    const why = nameRefusal(name);
    tellWrong(this.#name, why);
    if (why !== undefined) return this.#name.focus();
    this.#naming.close();
    if (name !== this.#options.self()) this.#options.say(`/name ${name}`);
  }

  #go(): void {
    const room = this.#room.value.trim();
    const why = refusalOf(() => parseRoomName(room));
    tellWrong(this.#room, why);
    if (why !== undefined) return this.#room.focus();
    this.#going.close();
    this.#options.say(`/join ${room}`);
  }

  /** What cannot be undone is asked twice. */
  #forget(): void {
    const button = byId("forget");
    if (this.#sure !== undefined) return this.#options.forget();
    button.textContent = "Press again to forget";
    this.#sure = setTimeout(() => {
      this.#sure = undefined;
      button.textContent = "Forget";
    }, SURE_MS);
  }
}
