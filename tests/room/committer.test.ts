import { assertEquals } from "@std/assert";
import { Committer } from "../../lib/room/committer.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import type { LastLines } from "../../lib/log/log.ts";
import type { Draft } from "../../lib/wire/entries.ts";

/** A log that can run out of space, a committer over it, and everything that the committer tells. */
class Setup {
  readonly told: string[] = [];
  readonly log = new MemoryLog();
  full = false;
  readonly committer: Committer;

  constructor() {
    const append = (drafts: readonly Draft[], taken?: LastLines) => {
      if (this.full) throw new Error("full");
      MemoryLog.prototype.append.call(this.log, drafts, taken);
    };
    this.committer = new Committer(Object.assign(this.log, { append }), {
      wake() {},
      refused: (draft, why) => this.told.push(`refused ${draft.text}: ${why}`),
      changed: (what) => this.told.push(what),
    });
  }

  get kept(): string[] {
    return this.log.read(0, Infinity).map((entry) => entry.kind === "said" ? entry.text : entry.kind);
  }
}

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });
const joined: Draft = { kind: "joined", names: ["alice"], memberKeys: ["A"] };
const LATER = 1e9;

const FAILS = "nothing can be said for now, the log cannot be written: full";
const WORKS = "the log can be written again: go on";
const NOT_SAID = "not said, the log cannot keep it: full";

Deno.test("Committer hands over what was added, in order, and what is taken with it", () => {
  const { committer, log } = new Setup();
  committer.draft(joined, said("one"));
  committer.noteLastLine("A", { line: 3, source: "S" });
  committer.draft(said("two"));
  assertEquals(log.last, 0);
  const done: (string | undefined)[] = [];
  committer.then((failure) => done.push(failure));
  committer.commit(0);
  assertEquals([log.last, log.lastLine("A"), done], [3, 3, [undefined]]);
});

Deno.test("Committer refuses what was said if it cannot be kept, and keeps presence for later", () => {
  const setup = new Setup();
  const { committer, told } = setup;
  setup.full = true;
  committer.draft(joined, said("one"));
  committer.then((failure) => told.push(`then ${failure}`));
  committer.commit(0);
  assertEquals(told, [FAILS, `refused one: ${NOT_SAID}`, `then ${NOT_SAID}`]);
  committer.draft(said("two"));
  committer.commit(0);
  assertEquals(told.slice(3), [`refused two: ${NOT_SAID}`], "that it fails is told once");
  setup.full = false;
  committer.draft(said("three"));
  committer.commit(0);
  assertEquals(told.slice(4), [WORKS]);
  assertEquals(setup.kept, ["joined", "three"]);
});

Deno.test("Committer tries again by itself for what waits", () => {
  const setup = new Setup();
  const { committer, told } = setup;
  assertEquals(committer.due, Infinity);
  setup.full = true;
  committer.draft(joined);
  committer.commit(0);
  const { due } = committer;
  assertEquals(due > performance.now() && due < performance.now() + 2000, true);
  setup.full = false;
  committer.commit(0);
  assertEquals(setup.kept, [], "not before it is due");
  committer.commit(LATER);
  assertEquals([setup.kept, told, committer.due], [["joined"], [FAILS, WORKS], Infinity]);
});

Deno.test("Committer keeps a thousand that wait, at most", () => {
  const setup = new Setup();
  setup.full = true;
  for (let i = 0; i < 1500; i++) {
    setup.committer.draft(joined);
    setup.committer.commit(0);
  }
  setup.full = false;
  setup.committer.commit(LATER);
  assertEquals(setup.log.last, 1000);
});
