import type { Direct } from "../wire/entries.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import type { Committer } from "./committer.ts";
import type { Member, Person, SayOptions } from "./member.ts";
import type { Roster } from "./roster.ts";

/** What one member says to another alone. It is never in the log. */
export class PrivateMessages {
  readonly #roster: Roster;
  readonly #committer: Committer;

  /** Between people in any room. `committer` says when the number of a message is in the log. */
  constructor(roster: Roster, committer: Committer) {
    this.#roster = roster;
    this.#committer = committer;
  }

  /** See {@linkcode Room.sendPrivate}. */
  send(member: Member, { to, text, line }: { to: string; text: string } & Pick<SayOptions, "line">): void {
    this.#receivers(to);
    const deliver = () => {
      const [name, receivers] = this.#receivers(to);
      for (const { cursor } of receivers) cursor.send({ kind: "private", name: member.name, text });
      this.#answer(member, { kind: "private", to: name, text, line });
    };
    if (line === undefined) return deliver();
    this.#committer.then((failure) => {
      const why = failure ?? refusalOf(deliver);
      if (why !== undefined) this.#answer(member, { kind: "error", text: why, line });
    });
  }

  /** Answers a sender, who may have left since, or come back on another connection. */
  #answer(sender: Member, line: Direct): void {
    (this.#roster.get(sender.key) ?? sender).cursor.send(line);
  }

  /** All connections of a person that can be reached. */
  #receivers(to: string): [name: string, receivers: Member[]] {
    const { name, members }: Person = this.#roster.find(to);
    const connected = [...members].filter((member) => !this.#roster.isLost(member));
    if (connected.length === 0) {
      throw new Refusal(`${name} has lost the connection; your message was not sent`);
    }
    const reading = connected.filter(({ cursor }) => !cursor.full);
    if (reading.length === 0) throw new Refusal(`${name} is not reading; your message was not sent`);
    return [name, reading];
  }
}
