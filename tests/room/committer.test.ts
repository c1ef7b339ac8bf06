import { assertEquals } from "@std/assert";
import { Journal } from "../../lib/room/committer.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import type { Taken } from "../../lib/log/log.ts";
import type { Draft } from "../../lib/wire/entries.ts";

/** A log that can be out of space, with a journal over it and all that this tells. */
class Setup {
  readonly told: string[] = [];
  readonly log = new MemoryLog();
  full = false;
  readonly journal: Journal;

  constructor() {
    const append = (drafts: readonly Draft[], taken?: Taken) => {
      if (this.full) throw new Error("full");
      MemoryLog.prototype.append.call(this.log, drafts, taken);
    };
    this.journal = new Journal(Object.assign(this.log, { append }), {
      wake() {},
      refused: (draft, why) => this.told.push(`refused ${draft.text}: ${why}`),
      changed: (what) => this.told.push(what),
    });
  }

  get kept(): string[] {
    return this.log.read(0, Infinity).map((entry) => entry.kind === "said" ? entry.text : entry.kind);
  }
}

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, by: "A" });
const joined: Draft = { kind: "joined", names: ["alice"], by: ["A"] };
const LATER = 1e9;

const FAILS = "nothing can be said for now, the log cannot be written: full";
const WORKS = "the log can be written again: go on";
const NOT_SAID = "not said, the log cannot keep it: full";

Deno.test("Journal hands over what was added, in order, and what is taken with it", () => {
  const { journal, log } = new Setup();
  journal.draft(joined, said("one"));
  journal.take("A", 3);
  journal.draft(said("two"));
  assertEquals(log.last, 0);
  const done: (string | undefined)[] = [];
  journal.then((failure) => done.push(failure));
  journal.commit(0);
  assertEquals([log.last, log.taken("A"), done], [3, 3, [undefined]]);
});

Deno.test("Journal refuses what was said where it cannot be kept, and keeps presence for later", () => {
  const setup = new Setup();
  const { journal, told } = setup;
  setup.full = true;
  journal.draft(joined, said("one"));
  journal.then((failure) => told.push(`then ${failure}`));
  journal.commit(0);
  assertEquals(told, [FAILS, `refused one: ${NOT_SAID}`, `then ${NOT_SAID}`]);
  journal.draft(said("two"));
  journal.commit(0);
  assertEquals(told.slice(3), [`refused two: ${NOT_SAID}`], "that it fails is told once");
  setup.full = false;
  journal.draft(said("three"));
  journal.commit(0);
  assertEquals(told.slice(4), [WORKS]);
  assertEquals(setup.kept, ["joined", "three"]);
});

Deno.test("Journal tries again by itself for what waits", () => {
  const setup = new Setup();
  const { journal, told } = setup;
  assertEquals(journal.due, Infinity);
  setup.full = true;
  journal.draft(joined);
  journal.commit(0);
  const { due } = journal;
  assertEquals(due > performance.now() && due < performance.now() + 2000, true);
  setup.full = false;
  journal.commit(0);
  assertEquals(setup.kept, [], "not before it is due");
  journal.commit(LATER);
  assertEquals([setup.kept, told, journal.due], [["joined"], [FAILS, WORKS], Infinity]);
});

Deno.test("Journal keeps a thousand that wait, at most", () => {
  const setup = new Setup();
  setup.full = true;
  for (let i = 0; i < 1500; i++) {
    setup.journal.draft(joined);
    setup.journal.commit(0);
  }
  setup.full = false;
  setup.journal.commit(LATER);
  assertEquals(setup.log.last, 1000);
});
