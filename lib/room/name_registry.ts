import { foldName } from "../wire/names.ts";
import { Refusal } from "../wire/refusal.ts";

/** The names in use in a room: unique regardless of case. */
export class NameRegistry<T> {
  readonly #holders = new Map<string, T>();
  /** For each address, a number below which all of its names are in use, so that the n-th join does not try n names. */
  readonly #firstFree = new Map<string, number>();

  /** The holder of this name, regardless of case. */
  get(name: string): T | undefined {
    return this.#holders.get(foldName(name));
  }

  /**
   * Gives a name to a holder.
   *
   * @throws {Refusal} if someone else holds it
   */
  take(name: string, holder: T): void {
    const held = this.get(name);
    if (held !== undefined && held !== holder) {
      throw new Refusal(`the name "${name}" is taken; /name NAME takes another one`);
    }
    this.#holders.set(foldName(name), holder);
  }

  /** Gives the holder the first free name of `address`, `address~2`, `address~3` …, and returns it. */
  takeAddress(address: string, holder: T): string {
    let number = this.#firstFree.get(address) ?? 1;
    while (this.get(numbered(address, number)) !== undefined) number++;
    this.#firstFree.set(address, number + 1);
    const name = numbered(address, number);
    this.take(name, holder);
    return name;
  }

  /**
   * Gives the holder of `before` another name instead, which may be the same one in another case.
   *
   * @throws {Refusal} if someone else holds it
   */
  change(before: string, name: string, holder: T): void {
    this.take(name, holder);
    if (foldName(before) !== foldName(name)) this.release(before);
  }

  /** Makes a name free again. */
  release(name: string): void {
    this.#holders.delete(foldName(name));
    const [address, number] = name.split("~");
    const firstFree = this.#firstFree.get(address);
    if (firstFree === undefined) return;
    if (number === undefined) this.#firstFree.delete(address);
    else this.#firstFree.set(address, Math.min(firstFree, Number(number)));
  }
}

function numbered(address: string, number: number): string {
  return number === 1 ? address : `${address}~${number}`;
}
