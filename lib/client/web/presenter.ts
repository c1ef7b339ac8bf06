/// <reference lib="dom" />
import { describeUnread, type Unread } from "../core/unread.ts";
import type { ConversationEvent } from "../core/events.ts";
import { findCommand, parseCommand } from "../../wire/commands.ts";
import type { Notice, Welcome } from "../../wire/entries.ts";
import { foldName, isSameName } from "../../wire/names.ts";
import { calls } from "./alert.ts";
import { byId } from "./dom.ts";
import type { PrivateItem } from "./items.ts";
import type { Parts } from "./parts.ts";
import type { TabState } from "./tab.ts";
import type { Unsaid } from "./waiting.ts";
import { nameRoom, takeLinkCode } from "./page_address.ts";
import { newsInWords, sentence } from "./words.ts";

/** The most private messages that a tab keeps over a reload. */
const MAX_PRIVATES = 100;

/** The number of messages with which a server greets, if nobody has changed it. */
const HISTORY = 20;

/** The refusal of a line that was typed. */
type Refused = { kind: "error"; text: string; said: string };

/** Shows what happens, and counts what was not seen. */
export class Presenter {
  readonly #parts: Parts;
  readonly #privates: (PrivateItem & { room?: string })[] = [];
  #wrong?: string;
  #entered = false;
  /** The name that was asked for and not given, until the reason comes. */
  #refused?: string;
  /** The name that was asked for last. */
  #asked?: string;
  /** What is new since the last visit, until the messages are there. */
  #unread?: Unread;
  /** Since when nobody looks, and how much came since. */
  #away?: { since: number; count: number };
  #missed = { count: 0, calls: 0 };
  /** What came while the page was not looked at. */
  #unseen = { count: 0, calls: 0 };

  /** Shows things in this page. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether one has been let in. */
  get entered(): boolean {
    return this.#entered;
  }

  /** What has come while its reader was reading back. */
  get missed(): { readonly count: number; readonly calls: number } {
    return this.#missed;
  }

  /** What has come while the page was not looked at. */
  get unseen(): { readonly count: number; readonly calls: number } {
    return this.#unseen;
  }

  /** What the tab's next page needs. */
  get state(): TabState {
    const { session, waiting } = this.#parts;
    return {
      continuation: session.continuation,
      password: session.password,
      privates: this.#privates,
      unsaid: waiting.unsaid,
    };
  }

  /** Takes what the tab's last page has left. */
  restore(left: TabState | undefined): void {
    for (const item of left?.privates ?? []) this.#privates.push(item as PrivateItem & { room?: string });
    for (const line of left?.unsaid ?? []) this.#parts.waiting.keep(line as Unsaid);
  }

  /** Returns why the password was wrong, once. */
  takeWrong(): string | undefined {
    const wrong = this.#wrong;
    this.#wrong = undefined;
    return wrong;
  }

  /** Notes that this name is asked for: the answer names it, if it cannot be had. */
  asked(name: string): void {
    this.#asked = name;
  }

  /** Shows an event. */
  show(event: ConversationEvent): void {
    const { people, rooms, log } = this.#parts;
    people.note(event);
    rooms.note(event);
    switch (event.kind) {
      case "welcome":
        return this.#welcome(event);
      case "back":
        return this.#back();
      case "unread":
        this.#unread = event;
        // The server sends the last of it by itself.
        if (event.count > HISTORY) log.fill(event.count + 1).then(() => this.#goToNews());
        return;
      case "said":
      case "action":
        log.take(event);
        if (event.history) this.#open();
        if (!event.history && !event.own) this.#count(event);
        return;
      case "joined":
      case "left":
        return log.take(event);
      case "renamed":
        this.#asked = undefined;
        log.take(event);
        return log.view.refresh();
      case "private":
        return this.#private(event);
      case "notice":
        return this.#notice(event);
      case "error":
        return this.#error(event);
      case "unconfirmed":
        return this.#parts.waiting.keep({ text: event.text });
      case "mention":
        return this.#call(event);
      case "line":
        if (event.text.startsWith("error: ")) this.#wrong = event.text.slice("error: ".length);
        return;
    }
  }

  /** Notes whether someone looks at the page. */
  looked(visible: boolean): void {
    const { log } = this.#parts;
    if (!visible) {
      this.#away = { since: log.lastTime, count: 0 };
      return;
    }
    const away = this.#away;
    this.#away = undefined;
    this.#unseen = { count: 0, calls: 0 };
    if (away !== undefined && away.count > 0) {
      log.markNews({ since: away.since, text: newsInWords(away.count, away.since, Date.now()) }, {
        go: log.view.atEnd,
      });
    }
    this.#parts.changed();
  }

  /** The reader sees the newest. */
  atEnd(): void {
    if (this.#missed.count > 0) this.#missed = { count: 0, calls: 0 };
    const { recollection, session, log } = this.#parts;
    if (this.#away !== undefined || !log.view.drawn) return;
    // Where there is a password, nothing is shown to whoever does not know it.
    const screen = () => ({ room: session.room ?? "", rows: log.view.rows });
    recollection.seen(session.password === undefined ? screen : undefined);
  }

  #welcome(event: Welcome & { from?: string }): void {
    const { session, recollection, log, rooms, people } = this.#parts;
    const wanted = recollection.name;
    this.#refused = wanted !== undefined && !isSameName(event.name, wanted) ? wanted : undefined;
    const first = !this.#entered || event.from !== undefined;
    this.#entered = true;
    this.#wrong = undefined;
    this.#missed = { count: 0, calls: 0 };
    if (event.title !== undefined && event.title !== recollection.title) {
      recollection.keep({ title: event.title });
    }
    // Of what was seen before, the server tells nothing by itself.
    const known = session.resumes || recollection.place(event.room ?? "lobby") !== undefined;
    log.enter(event);
    if (first) log.markNews(undefined);
    if (first && known) log.fill().then(() => this.#open());
    else this.#open();
    rooms.enter(event.room ?? "lobby", people.names().length);
    for (const { room, ...item } of this.#privates) if (first && room === event.room) log.note(item);
    nameRoom(event.room);
    session.tell("/who");
    session.tell("/rooms");
    const code = takeLinkCode();
    if (code !== undefined) session.say(`/link ${code}`);
    log.view.refresh();
  }

  /** The connection is back; the server may have another log. */
  #back(): void {
    const { session, log } = this.#parts;
    const resume = session.continuation?.resume;
    if (resume !== undefined) log.enter({ room: session.room, log: resume.log, seq: resume.since });
  }

  /** Lets its reader in, with the first messages. */
  #open(): void {
    if (this.#parts.gate.isOpen) return;
    this.#parts.gate.open();
    if (matchMedia("(pointer: fine)").matches) byId("text").focus();
    this.#parts.changed();
  }

  #private(event: ConversationEvent & { kind: "private" }): void {
    const { log, session } = this.#parts;
    const item: PrivateItem = {
      kind: "private",
      seq: 0,
      time: Date.now(),
      name: event.name,
      to: event.to,
      text: event.text,
    };
    this.#privates.push({ ...item, room: session.room });
    if (this.#privates.length > MAX_PRIVATES) this.#privates.shift();
    log.note(item);
    if (event.to === undefined) this.#count(event);
  }

  #notice(event: Notice): void {
    const { log, naming } = this.#parts;
    if (event.names !== undefined) return (this.#unread?.count ?? 0) > HISTORY ? undefined : this.#goToNews();
    if (event.rooms !== undefined || naming.showCode(event.text)) return;
    log.note({ kind: "note", seq: 0, time: Date.now(), text: sentence(event.text) });
  }

  /** The messages from before the answer to `/who` are there. */
  #goToNews(): void {
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread === undefined || unread.count === 0) return;
    const text = describeUnread(unread, Date.now()).replace(/;.*/, "");
    this.#parts.log.markNews({ since: unread.since, text }, { go: true });
  }

  #error(event: Notice | Refused): void {
    const { naming, waiting, log, people, session } = this.#parts;
    const { text } = event;
    if (!this.#entered) {
      this.#wrong = text;
      return;
    }
    const refused = this.#refused;
    this.#refused = undefined;
    const said = "said" in event ? event.said : undefined;
    const command = parseCommand(said ?? "");
    const name = findCommand(command?.name ?? "")?.name;
    if (said === undefined && refused !== undefined) return naming.openName({ name: refused, wrong: text });
    const asked = this.#asked;
    if (asked !== undefined && asked !== "" && text.includes(asked)) {
      this.#asked = undefined;
      return naming.openName({ name: asked, wrong: text });
    }
    if (said === undefined || name !== undefined && name !== "msg" && name !== "me") {
      return log.note({ kind: "note", seq: 0, time: Date.now(), text: sentence(text), wrong: true });
    }
    const others = people.names(session.name);
    const to = name === "msg" ? command!.text.split(/\s/, 1)[0] : "";
    const near = others.filter((name) => foldName(name)[0] === foldName(to)[0]);
    waiting.keep({ text: said, why: text, instead: near.length === 1 ? near[0] : undefined });
  }

  /** Counts what is not seen as it comes, and calls whoever is called. */
  #count(event: ConversationEvent): void {
    const call = calls(event, this.#parts.session.name) ? 1 : 0;
    if (this.#away !== undefined) this.#away.count++;
    if (document.visibilityState === "hidden" || !document.hasFocus()) {
      this.#unseen = { count: this.#unseen.count + 1, calls: this.#unseen.calls + call };
    }
    if (!this.#parts.log.view.atEnd) {
      this.#missed = { count: this.#missed.count + 1, calls: this.#missed.calls + call };
    }
    if (call > 0) this.#call(event);
  }

  #call(event: ConversationEvent): void {
    const { alert, recollection } = this.#parts;
    alert.ring(event, recollection.title ?? "parley");
  }
}
