import { assertEquals } from "@std/assert";
import { hello, overLogs, untilText } from "./harness.ts";

overLogs("/once does each number once, in ascending order, on whatever connections", async (server, log) => {
  const bob = await server.join("bob");
  const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
  assertEquals(welcome.taken, 0);
  await peer.say(
    "/once 1 one",
    "/once 1 one again",
    "/once 7 /msg bob seven",
    "/once 6 six",
    "/once 8 eight",
  );
  await untilText(peer, "eight");
  const again = await hello(server, { client: "k" });
  assertEquals(again.welcome.taken, 8);
  await again.peer.say("/once 7 /msg bob seven", "/once 8 eight", "/once 9 nine");
  await untilText(again.peer, "nine");
  await bob.until("nine");
  assertEquals(
    bob.seen.filter((line) => /^[<[]alice/.test(line)).sort(),
    ["<alice> one", "[alice] seven", "<alice> eight", "<alice> nine"].sort(),
  );
  assertEquals(await log.lastLine("k"), 0, "the key itself is not kept");
});

overLogs("what answers /once tells its number: receipt, private receipt, error", async (server) => {
  await server.join("bob");
  const { peer } = await hello(server, { name: "alice", client: "k" });
  const lines = [
    "/once 1 hi",
    "/once 2 /msg bob psst",
    "/once 3 /msg nobody psst",
    `/once 4 ${"x".repeat(101)}`,
    "/once 5 ",
    "/once 6 /who",
    "/once 7 /nothing",
    `/once 8 ${"y".repeat(5000)}`,
    "/once 9 \x1b",
    `/once 10 ${"z".repeat(100)}`,
    "/ping over",
  ];
  await peer.say(...lines);
  const answers: Record<number, string> = {};
  while (Object.keys(answers).length < 10) {
    const { kind, line, to, own } = await peer.json();
    if (line !== undefined) answers[line] = kind === "private" ? `to ${to}` : own ? "receipt" : kind;
  }
  assertEquals(answers, {
    1: "receipt",
    2: "to bob",
    ...Object.fromEntries([3, 4, 5, 6, 7, 8, 9].map((line) => [line, "error"])),
    10: "receipt",
  });
}, { maxLine: 100 });

overLogs("a malformed /once is refused", async (server) => {
  const { peer } = await hello(server, { name: "alice", client: "k" });
  for (const line of ["/once", "/once 0 hello", "/once x hello", "/once -1 hello", "/once 1.5 hello"]) {
    await peer.say(line);
    assertEquals(
      (await peer.untilKind("error")).text,
      "that is not how /once is used: /once N LINE, where N is a number",
    );
  }
});

overLogs(
  "one's own entries that one missed come back as one's own, with their numbers",
  async (server, log) => {
    const { peer, welcome } = await hello(server, { name: "alice", client: "k" });
    await peer.say("/once 1 one", "/once 2 /me waves", "/once 5 five");
    const last = (await untilText(peer, "five")).at(-1);
    const { peer: late } = await hello(server, { client: "k", log: log.id, since: welcome.seq });
    const seen = await untilText(late, "five");
    assertEquals(
      seen.filter(({ kind }) => kind !== "joined").map((
        { text, own, line, kind },
      ) => [kind, text, own, line]),
      [["said", "one", true, 1], ["action", "waves", true, 2], ["said", "five", true, 5]],
    );
    assertEquals(seen.at(-1).seq, last.seq);
    const bob = await hello(server, { client: "another", log: log.id, since: 0 });
    assertEquals((await untilText(bob.peer, "five")).filter(({ own, line }) => own || line), []);
  },
);

overLogs("a private receipt comes although its sender has left right after it", async (server) => {
  const bob = await server.join("bob");
  for (let i = 0; i < 5; i++) {
    const { peer } = await hello(server, { name: "alice", client: `key ${i}` });
    await peer.say("/once 1 before", `/once 2 /msg bob psst ${i}`, "/once 3 after", "/quit");
    assertEquals(await bob.until("psst"), `[alice] psst ${i}`);
    const lines = (await peer.rest()).map((line) => JSON.parse(line));
    assertEquals(lines.filter(({ line }) => line !== undefined).map(({ line }) => line).sort(), [1, 2, 3]);
    assertEquals(lines.at(-1).kind, "closed");
  }
});
