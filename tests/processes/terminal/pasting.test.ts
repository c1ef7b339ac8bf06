import { assert, assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

for (const size of SIZES) {
  const at = `at ${size.columns}×${size.rows}`;

  testWith(NEEDS, `pasted lines stay together until Enter, and are said in order, ${at}`, async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    await alice.type("see: ");
    await alice.paste("first\n/quit\n\n  third\tline\n");
    await alice.type(" end");
    await alice.until((screen) => screen.at(-1) === "alice> see: [4 lines] end");
    await bob.say("meanwhile");
    await alice.until("<bob> meanwhile");
    assertEquals((await alice.screen()).at(-1), "alice> see: [4 lines] end");
    await alice.press("Enter");
    await bob.until("<alice> see: first");
    assertEquals(await bob.take(2), ["<alice> /quit", "<alice>   third line end"]);
    await alice.until("<You>   third line end");
    assertEquals(await alice.bottom(4), [
      "hh:mm <You> see: first",
      "hh:mm <You> /quit",
      "hh:mm <You>   third line end",
      "alice>",
    ]);
    await alice.press("Up");
    await alice.until((screen) => screen.at(-1) === "alice> see: [4 lines] end");
  });

  testWith(NEEDS, `a long paste shows its progress, and Ctrl-C takes back what is left, ${at}`, async () => {
    // A slow server, so that there is something to stop.
    await using server = new ServerHere(["--rate", "20", "--burst", "60"]);
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    await alice.paste(Array.from({ length: 400 }, (_, i) => `line ${i + 1}`).join("\n"));
    await alice.until((screen) => screen.at(-1) === "alice> [400 lines]");
    await alice.press("Enter");
    await alice.until(/sending [1-9]\d* of 400 lines, Ctrl-C stops/);
    const sending = await alice.screen();
    assert(sending.filter((line) => line.startsWith("… line ")).length === 3, sending.join("\n"));
    await alice.press("C-c");
    await alice.until(/^alice> \[\d+ lines\]$/m);
    await alice.until((screen) => !screen.some((line) => line.startsWith("…")));
    const left = Number(/^alice> \[(\d+) lines\]$/m.exec((await alice.screen()).join("\n"))![1]);
    await alice.press("C-c");
    await alice.type("done");
    await alice.press("Enter");
    await bob.until("<alice> done");
    const said = bob.seen.filter((line) => line.startsWith("<alice> line"));
    assertEquals(said, Array.from({ length: 400 - left }, (_, i) => `<alice> line ${i + 1}`));
  });
}

testWith(NEEDS, "a pasted line is put into the line, without its end", async () => {
  await using server = new ServerHere();
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await alice.type("ac");
  await alice.press("Left");
  await alice.paste("b\n");
  await alice.until((screen) => screen.at(-1) === "alice> abc");
});

testWith(NEEDS, "a pasted block is one character that can be deleted, unfolded, and dropped", async () => {
  await using server = new ServerHere();
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await alice.paste("one\ntwo\n");
  await alice.until((screen) => screen.at(-1) === "alice> [2 lines]");
  await alice.press("BSpace");
  await alice.until((screen) => screen.at(-1) === "alice>");
  await alice.paste("one\ntwo\n");
  await alice.press("Tab");
  await alice.until((screen) => screen.at(-1) === "alice> one↵two");
  await alice.press("C-c");
  await alice.until((screen) => screen.at(-1) === "alice>");
});

testWith(NEEDS, "a line that is refused as too long comes back into the input", async () => {
  await using server = new ServerHere(["--max-line", "1024"]);
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await alice.type("x".repeat(1100));
  await alice.press("Enter");
  await alice.until("error: that line is too long");
  await alice.until((screen) => screen.at(-1) === "x".repeat(7 + 1100 - 13 * 80));
  await alice.press(...Array(100).fill("BSpace"));
  await alice.press("Enter");
  assertEquals(await server.until("<alice>"), `<alice> ${"x".repeat(1000)}`);
});

testWith(
  NEEDS,
  "what could not be said comes back into the input, or with Up if something is typed",
  async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"]);
    await alice.until("/help lists");
    await alice.type("/msg nobody psst");
    await alice.press("Enter");
    await alice.until((screen) => screen.at(-1) === "alice> /msg nobody psst");
    await alice.until('error: no one here is called "nobody"');
    await alice.press("C-c");
    await alice.until((screen) => screen.at(-1) === "alice>");
    await alice.type("/msg nobody again\rhello");
    await alice.until("-- Up brings back what was not said");
    assertEquals((await alice.screen()).at(-1), "alice> hello");
    await alice.press("C-c", "Up");
    await alice.until((screen) => screen.at(-1) === "alice> /msg nobody again");
  },
);
