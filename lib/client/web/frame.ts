/// <reference lib="dom" />
import { showIcon } from "./alert.ts";
import { byId, make } from "./dom.ts";
import { makeBlank } from "./invite.ts";
import type { Parts } from "./parts.ts";
import type { Presenter } from "./presenter.ts";
import { count } from "./rooms.ts";
import { Strips } from "./strips.ts";
import { missedInWords, sentence } from "./words.ts";

/** After how long, in milliseconds, without a connection the page says that the server may be elsewhere. */
const LONG_MS = 20_000;

/** Keeps what stands around the log as it is: heads, counts, strips, the title and the icon. */
export class Frame {
  readonly #parts: Parts;
  readonly #presenter: Presenter;
  readonly #strips = new Strips();
  #due = false;
  #blank?: HTMLElement;
  #headKey = "";
  #iconKey = "";
  #askedAgain = false;

  /** Keeps the frame of this page. */
  constructor(parts: Parts, presenter: Presenter) {
    this.#parts = parts;
    this.#presenter = presenter;
    setInterval(() => this.#parts.session.status.kind === "lost" && this.changed(), 1000);
    addEventListener("focus", () => presenter.looked(true));
  }

  /** Shows what has changed, soon. */
  changed(): void {
    if (this.#due) return;
    this.#due = true;
    // What is in the log comes first. What is hidden gets no frames, and shows its title all the same.
    if (document.visibilityState === "hidden") setTimeout(() => this.#show());
    else requestAnimationFrame(() => setTimeout(() => this.#show()));
  }

  #show(): void {
    this.#due = false;
    const { gate, rooms, people, peopleList, waiting, session, log } = this.#parts;
    this.#tellGate();
    if (!gate.isOpen) return;
    const names = people.names().length;
    rooms.enter(session.room ?? "lobby", names);
    rooms.show();
    if (!byId("people").inert) peopleList.show();
    if (waiting.show(session.pending)) log.view.changed();
    this.#tellHeads(names);
    this.#tellStrips();
    this.#tellBlank();
    this.#tellNewest();
    this.#tellTitle();
  }

  /** Before one is in, the gate tells how it stands. */
  #tellGate(): void {
    const presenter = this.#presenter;
    const { gate, session, recollection } = this.#parts;
    const title = recollection.title ?? "parley";
    gate.title = title;
    const { status } = session;
    if (presenter.entered) return;
    if (status.kind === "lost") gate.wait(`No connection. Trying again in ${secondsTo(status.retryAt)} s.`);
    if (status.kind !== "ended") {
      this.#askedAgain = false;
      return;
    }
    if (this.#askedAgain) return;
    this.#askedAgain = true;
    gate.wait(sentence(status.why), () => session.hurry());
  }

  #tellHeads(names: number): void {
    const { session, recollection, rooms, alert, to } = this.#parts;
    const { name, room = "lobby" } = session;
    const title = recollection.title ?? "parley";
    const { messages, calls } = rooms.elsewhere;
    const key = JSON.stringify([names, name, room, title, messages, calls, to, alert.sound, alert.notifies]);
    if (key === this.#headKey) return;
    this.#headKey = key;
    set("title", title);
    set("host", location.host);
    set("room", room);
    set("of", `${title} · `);
    set("here", `${names} here`);
    set("self", name);
    set("me", name);
    byId("self").className = byId("me").className = `n${this.#parts.people.hueOf(name)}`;
    byId("me").classList.add("who", "me");
    byId("me").setAttribute("aria-label", `You are ${name}; change your name`);
    byId("who").setAttribute("aria-label", `${names} people`);
    byId("log").setAttribute("aria-label", `Messages in ${room}`);
    byId("found").setAttribute("aria-label", `Search in ${room}`);
    const text = byId<HTMLTextAreaElement>("text");
    text.placeholder = to === undefined ? `Say something as ${name}` : `Write to ${to}`;
    text.setAttribute(
      "aria-label",
      to === undefined ? `Say something in ${room} as ${name}` : `Write to ${to} alone`,
    );
    tellSwitch("sound", alert.sound, alert.sound ? "on" : "off");
    byId("desktop").hidden = !alert.canNotify;
    tellSwitch("desktop", alert.notifies, alert.notifies ? "on" : "allow");
    const badge = byId("elsewhere");
    badge.hidden = messages + calls === 0;
    badge.classList.toggle("call", calls > 0);
    badge.textContent = calls > 0 ? `@${calls}` : count(messages);
    byId("menu").setAttribute(
      "aria-label",
      messages + calls === 0 ? "Rooms" : `Rooms; ${messages} new, ${calls} of them for you`,
    );
  }

  #tellStrips(): void {
    const { session, recollection, to } = this.#parts;
    const { status } = session;
    const title = recollection.title ?? "the server";
    const again = { label: "Try now", run: () => session.hurry() };
    this.#strips.set(
      "lost",
      status.kind !== "lost" ? undefined : {
        icon: "cut",
        text: [`No connection to ${title}`],
        more: `Trying again in ${secondsTo(status.retryAt)} s. What you say waits here.${
          performance.now() - status.since > LONG_MS
            ? " If it has another address now, scan its code again."
            : ""
        }`,
        act: again,
      },
    );
    this.#strips.set(
      "ended",
      status.kind !== "ended" ? undefined : {
        icon: "warn",
        text: ["The server ended this connection"],
        more: `${sentence(status.why).replace(/\.$/, "")}. What you typed is kept.`,
        act: { label: "Come back", run: () => session.hurry() },
        bad: true,
      },
    );
    this.#strips.set(
      "private",
      to === undefined ? undefined : {
        icon: "lock",
        text: ["Only ", make("b", { class: `n${this.#parts.people.hueOf(to)}` }, to), " will see this"],
        act: { label: "Say it to all instead", run: () => this.#parts.writeTo(undefined), close: true },
      },
    );
  }

  #tellBlank(): void {
    const { log } = this.#parts;
    if (log.empty && this.#blank === undefined) byId("log").prepend(this.#blank = makeBlank());
    if (log.empty || this.#blank === undefined) return;
    this.#blank.remove();
    this.#blank = undefined;
  }

  #tellNewest(): void {
    const presenter = this.#presenter;
    const { log } = this.#parts;
    if (log.view.atEnd) presenter.atEnd();
    const { count, calls } = presenter.missed;
    byId("newest").hidden = log.view.atEnd;
    byId("newest").querySelector("span")!.textContent = missedInWords(count, calls);
  }

  #tellTitle(): void {
    const presenter = this.#presenter;
    const { session, recollection, rooms } = this.#parts;
    const { count, calls } = presenter.unseen;
    const elsewhere = rooms.elsewhere;
    const news = count === 0 ? "" : `(${count}) `;
    const title = `${news}${session.room ?? "lobby"} · ${recollection.title ?? "parley"}`;
    if (document.title !== title) document.title = title;
    const state = { news: count + elsewhere.messages > 0, call: calls + elsewhere.calls > 0 };
    const key = JSON.stringify(state);
    if (key === this.#iconKey) return;
    this.#iconKey = key;
    showIcon(state);
  }
}

function set(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function tellSwitch(id: string, on: boolean, word: string): void {
  byId(id).setAttribute("aria-pressed", String(on));
  byId(id).querySelector("small")!.textContent = word;
}

/** The seconds until a time of `performance.now()`, one at least. */
function secondsTo(time: number): number {
  return Math.max(1, Math.ceil((time - performance.now()) / 1000));
}
