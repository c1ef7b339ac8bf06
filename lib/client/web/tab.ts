/// <reference lib="dom" />
import type { Continuation, Unanswered } from "../core/continuation.ts";
import type { Storage } from "./storage.ts";

const KEY = "parley-tab";
const DRAFT = "parley-draft";

/** What a tab knows, and its next page needs. */
export interface TabState {
  /** Where the conversation is. */
  continuation?: Continuation;
  /** The password that was right. */
  password?: string;
  /** What nobody else keeps: private messages, as they were shown. */
  privates: readonly unknown[];
  /** What could not be said. */
  unsaid: readonly unknown[];
}

/**
 * What a tab keeps over a reload. While it can be seen, nothing lies in its storage, so that a duplicate of it finds no key
 * with which it would take the first one's place.
 */
export class Tab {
  readonly #storage: Storage;
  #forgotten = false;
  /** What the page before this one in the tab has left. */
  readonly left: TabState | undefined;

  /** Takes out what the page before has left. `state` returns what to leave. */
  constructor(storage: Storage, state: () => TabState | undefined) {
    this.#storage = storage;
    this.left = readState(storage.read(KEY));
    storage.remove(KEY);
    const leave = () => this.#forgotten || storage.write(KEY, state() ?? {});
    addEventListener("pagehide", leave);
    addEventListener("pageshow", () => storage.remove(KEY));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") leave();
      else storage.remove(KEY);
    });
  }

  /** Leaves nothing to the next page. */
  forget(): void {
    this.#forgotten = true;
    this.#storage.remove(KEY);
    this.#storage.remove(DRAFT);
  }

  /** What is typed and not said. */
  get draft(): string {
    const text = this.#storage.read(DRAFT)?.text;
    return typeof text === "string" ? text : "";
  }

  set draft(text: string) {
    if (text === "") this.#storage.remove(DRAFT);
    else this.#storage.write(DRAFT, { text });
  }
}

function readState(fields: Record<string, unknown> | undefined): TabState | undefined {
  if (fields === undefined) return;
  const { continuation, password, privates, unsaid } = fields;
  return {
    continuation: isContinuation(continuation) ? continuation : undefined,
    password: typeof password === "string" ? password : undefined,
    privates: Array.isArray(privates) ? privates : [],
    unsaid: Array.isArray(unsaid) ? unsaid : [],
  };
}

function isContinuation(value: unknown): value is Continuation {
  const { client, number, unanswered } = (value ?? {}) as Partial<Continuation>;
  return typeof client === "string" && Number.isSafeInteger(number) && Array.isArray(unanswered) &&
    unanswered.every((line: Unanswered) => typeof line?.text === "string");
}
