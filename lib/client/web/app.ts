/// <reference lib="dom" />
import { Ignored } from "../core/ignore.ts";
import type { ConversationEvent } from "../core/events.ts";
import { Roster } from "../core/roster.ts";
import type { Connection } from "../../net/connection.ts";
import { parseCommand } from "../../wire/commands.ts";
import { Alert } from "./alert.ts";
import { Composer } from "./composer.ts";
import { byId } from "./dom.ts";
import { Drawers } from "./drawers.ts";
import { Frame } from "./frame.ts";
import { Gate } from "./gate.ts";
import { listenToKeys } from "./keys.ts";
import { Naming } from "./naming.ts";
import { namedRoom } from "./page_address.ts";
import { COMMAND_NAMES, takeInPage } from "./page_commands.ts";
import type { Parts } from "./parts.ts";
import { PeopleList } from "./people.ts";
import { listenToPresses } from "./presses.ts";
import { Presenter } from "./presenter.ts";
import type { BrowserRecollection } from "./recollection.ts";
import { RoomList } from "./rooms.ts";
import { RoomLog } from "./room_log.ts";
import { Search } from "./search.ts";
import { Session } from "./session.ts";
import { connectSocket, pageSocket } from "./socket.ts";
import { Storage } from "./storage.ts";
import { Tab } from "./tab.ts";
import { Waiting } from "./waiting.ts";

/** How long, in milliseconds, a server may take to answer when its user comes back. */
const ANSWER_MS = 4000;

/** The page: what it is made of, and how the parts reach each other. */
export class App implements Parts {
  /** What the browser remembers of this server. */
  readonly recollection: BrowserRecollection;
  /** What the tab keeps over a reload. */
  readonly tab = new Tab(new Storage(() => sessionStorage), () => this.presenter.state);
  /** What stands before the room. */
  readonly gate = new Gate();
  /** Calls whoever is called. */
  readonly alert = new Alert();
  /** Who is here. */
  readonly people = new Roster();
  /** Whom the reader does not want to hear. */
  readonly ignored = new Ignored();
  /** The rooms, with what was not read in them. */
  readonly rooms = new RoomList((room) => this.recollection.place(room));
  /** Talks with the server. */
  readonly session: Session;
  /** The log of the room. */
  readonly log: RoomLog;
  /** What could not be said yet, or not at all. */
  readonly waiting: Waiting;
  /** The line being written. */
  readonly composer: Composer;
  /** The list of those who are here. */
  readonly peopleList: PeopleList;
  /** Finds what was said. */
  readonly search: Search;
  /** The dialogs that ask for names. */
  readonly naming: Naming;
  /** The parts that are drawers where there is no room for them. */
  readonly drawers: Drawers;
  /** Shows what happens. */
  readonly presenter: Presenter;
  /** Keeps what stands around the log as it is. */
  readonly frame?: Frame;
  /** To whom what is typed is said alone. */
  #to?: string;

  /** Puts the page together. `first`: a connection that is on its way already. */
  constructor(recollection: BrowserRecollection, first?: Promise<Connection>) {
    this.recollection = recollection;
    const { tab, people } = this;
    let early = first;
    // What is read at every look, not once.
    const self = () => this.session.name;
    const reader = {
      get self() {
        return self();
      },
      hueOf: (name: string) => people.hueOf(name),
    };
    this.session = new Session({
      connect: (signal) => {
        const connection = early ?? connectSocket(pageSocket(), signal);
        early = undefined;
        return connection;
      },
      recollection,
      continuation: tab.left?.continuation,
      password: tab.left?.password,
      room: namedRoom(),
      show: (event) => this.#show(event),
      changed: () => this.changed(),
      askPassword: () => this.gate.askPassword(this.presenter.takeWrong()),
      locally: (line) =>
        takeInPage(line, {
          search: this.search,
          drawers: this.drawers,
          asked: (name) => this.presenter.asked(name),
          ignored: this.ignored,
          rich: this.session.rich,
          correspondent: people.correspondent,
          clear: () => this.log.toEnd(),
        }),
    });
    const ask = (line: string) => this.session.ask(line);
    const changed = () => this.changed();
    this.log = new RoomLog({
      get self() {
        return self();
      },
      hueOf: reader.hueOf,
      ask,
      scrolled: changed,
    });
    this.waiting = new Waiting({
      say: (line) => this.session.say(line),
      edit: (line) => this.edit(line),
      changed,
    });
    this.search = new Search({
      get self() {
        return self();
      },
      hueOf: reader.hueOf,
      ask,
      goTo: (seq) => this.log.goTo(seq),
      toggled: (open) => byId("app").classList.toggle("finding", open),
    });
    this.peopleList = new PeopleList(() => people.names(), reader);
    this.naming = new Naming({ self, say: (line) => this.session.say(line), forget: () => this.#forget() });
    this.drawers = new Drawers([
      { side: byId("rooms"), opener: byId("menu"), room: "(min-width: 45rem)" },
      { side: byId("people"), opener: byId("who"), room: "(min-width: 76rem)" },
    ], changed);
    this.composer = new Composer({
      text: byId<HTMLTextAreaElement>("text"),
      form: byId<HTMLFormElement>("say"),
      pick: byId("pick"),
      say: (lines) => this.#say(lines),
      candidates: () => ({ ...COMMAND_NAMES, names: people.names(self()), rooms: this.rooms.names }),
      changed: (text) => tab.draft = text,
    });
    this.presenter = new Presenter(this);
    this.frame = new Frame(this, this.presenter);
  }

  /** To whom what is typed is said alone; `undefined`: to everyone. */
  get to(): string | undefined {
    return this.#to;
  }

  /** Something has changed that stands around the log. */
  changed(): void {
    this.frame?.changed();
  }

  /** Runs the page, for as long as it is there. */
  async run(): Promise<void> {
    const { recollection, tab, gate } = this;
    this.alert.sound = recollection.sound;
    this.presenter.restore(tab.left);
    if (tab.draft !== "") this.composer.put(tab.draft);
    listenToPresses(this);
    this.#listen();
    if (!recollection.known && tab.left?.continuation === undefined) {
      const name = await gate.askName(recollection.name ?? "");
      if (name !== "") recollection.keep({ name });
    }
    recollection.enter();
    gate.arrive();
    await this.session.run();
  }

  /** Says what is typed to one person alone from now on, or to everyone again. */
  writeTo(name: string | undefined): void {
    this.#to = name;
    this.drawers.close();
    byId("text").focus();
    this.changed();
  }

  /** Puts a line back into the input. */
  edit(line: string): void {
    this.composer.put(line);
    byId("text").focus();
  }

  /** Goes to another room. */
  goTo(room: string): void {
    this.drawers.close();
    if (room !== this.session.room) this.session.say(`/join ${room}`);
  }

  /** Several lines are no commands. */
  #say(lines: string[]): void {
    const to = this.#to;
    for (const line of lines) {
      const plain = lines.length > 1 && line.startsWith("/") ? `/${line}` : line;
      const command = lines.length === 1 && parseCommand(line) !== undefined;
      this.session.say(to === undefined || command ? plain : `/msg ${to} ${line}`);
    }
    this.log.toEnd();
  }

  #show(event: ConversationEvent): void {
    if (!this.ignored.hides(event)) this.presenter.show(event);
  }

  #listen(): void {
    listenToKeys({
      regions: [byId("rooms"), byId("log"), byId("text"), byId("people"), byId("found")],
      close: () => this.#close(),
      toEnd: () => this.log.toEnd(),
      toStart: () => this.log.view.toStart(),
      page: (direction) => this.log.view.page(direction),
      search: () => this.search.open(),
      room: (step, options) => {
        const room = this.rooms.next(step, options);
        if (room !== undefined) this.goTo(room);
      },
    });
    // A phone that slept may have lost its connection without a word.
    addEventListener("online", () => this.session.check(ANSWER_MS));
    addEventListener("pageshow", () => this.session.check(ANSWER_MS));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.session.check(ANSWER_MS);
      this.presenter.looked(document.visibilityState === "visible");
    });
  }

  /** Closes what is open; returns whether anything was. */
  #close(): boolean {
    if (this.composer.offering) this.composer.dismiss();
    else if (this.drawers.isOpen) this.drawers.close();
    else if (this.search.isOpen) this.search.close();
    else if (this.#to !== undefined) this.writeTo(undefined);
    else return false;
    return true;
  }

  async #forget(): Promise<void> {
    await this.session.leave();
    this.recollection.forget();
    this.tab.forget();
    location.reload();
  }
}
