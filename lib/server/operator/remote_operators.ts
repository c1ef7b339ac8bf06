import { AUDIENCES } from "../../wire/commands.ts";
import type { Authenticator, LoginAttempt, Verdict } from "../access/authenticator.ts";
import type { Origin } from "../access/bans.ts";
import type { MemberContext, Run } from "../commands/command.ts";
import { MEMBER_RUNS } from "../commands/member.ts";
import { OPERATOR_RUNS, type OperatorContext } from "../commands/operator.ts";
import { CommandTable } from "../commands/table.ts";
import type { OperatorClaim, Operators } from "../session_context.ts";

/** What {@linkcode RemoteOperators} takes. */
export interface RemoteOperatorsOptions extends Pick<OperatorContext, "sessions" | "stats"> {
  /** Knows the password. */
  authenticator: Authenticator;
  /** Tells the console something. */
  report(event: string): void;
}

/** Gives the operator's commands to members who know the password for that, on a server that nobody sits at. */
export class RemoteOperators implements Operators {
  readonly commands: CommandTable<MemberContext>;
  readonly #options: RemoteOperatorsOptions;

  /** See {@linkcode RemoteOperatorsOptions}. */
  constructor(options: RemoteOperatorsOptions) {
    this.#options = options;
    const { sessions, stats } = options;
    const runs = Object.entries(OPERATOR_RUNS).map(([name, run]) =>
      [name, (context, text) => run({ ...context, sessions, stats }, text)] as [string, Run<MemberContext>]
    );
    const all = { ...MEMBER_RUNS, ...Object.fromEntries(runs) } as
      & typeof MEMBER_RUNS
      & Record<keyof typeof OPERATOR_RUNS, Run<MemberContext>>;
    this.commands = CommandTable.for(AUDIENCES.remoteOperator, all);
  }

  claim(origin: Origin): OperatorClaim {
    let attempt: LoginAttempt | undefined;
    return {
      check: (password) => {
        const { authenticator } = this.#options;
        attempt ??= authenticator.enter(origin.source, performance.now());
        const verdict = attempt.check(password, performance.now());
        this.#report(origin, verdict);
        // Its place is for those who are at the door.
        attempt[Symbol.dispose]();
        return verdict;
      },
    };
  }

  #report({ peer }: Origin, { admitted }: Verdict): void {
    const { report, stats } = this.#options;
    if (!admitted) stats.count("wrong passwords");
    report(admitted ? `${peer} is an operator now` : `${peer} gave a wrong operator's password`);
  }
}
