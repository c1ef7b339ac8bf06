import type { Direct } from "../wire/entries.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import type { Committer } from "./committer.ts";
import type { Member, Members, SayOptions } from "./members.ts";

/** What one member says to another alone. It is never in the log. */
export class PrivateMessages {
  readonly #members: Members;
  readonly #committer: Committer;

  /** Between these members. `committer` says when the number of a message is in the log. */
  constructor(members: Members, committer: Committer) {
    this.#members = members;
    this.#committer = committer;
  }

  /** See {@linkcode Room.sendPrivate}. */
  send(member: Member, { to, text, line }: { to: string; text: string } & Pick<SayOptions, "line">): void {
    this.#receiver(to);
    const deliver = () => {
      const receiver = this.#receiver(to);
      receiver.cursor.send({ kind: "private", name: member.name, text });
      this.#answer(member, { kind: "private", to: receiver.name, text, line });
    };
    if (line === undefined) return deliver();
    this.#committer.then((failure) => {
      const why = failure ?? refusalOf(deliver);
      if (why !== undefined) this.#answer(member, { kind: "error", text: why, line });
    });
  }

  /** Answers a sender, who may have left since, or come back on another connection. */
  #answer(sender: Member, line: Direct): void {
    (this.#members.get(sender.key) ?? sender).cursor.send(line);
  }

  #receiver(name: string): Member {
    const to = this.#members.find(name);
    if (this.#members.isLost(to)) {
      throw new Refusal(`${to.name} has lost the connection; your message was not sent`);
    }
    if (to.cursor.full) throw new Refusal(`${to.name} is not reading; your message was not sent`);
    return to;
  }
}
