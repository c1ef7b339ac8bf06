import { assert, assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerProcess } from "../../helpers/process.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { Folder } from "../../helpers/system.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

const LINK = `https://example.org/${"a/".repeat(90)}12:06`;

/** A time that no line has. */
const NEVER = "99:99";

/** What someone may say so that a row of it looks like a line of someone else, on a screen of so many columns. */
function forgeries(columns: number): string[] {
  const fake = `${NEVER} <carol> never`;
  const room = Math.max(2, columns - "hh:mm <bob> ".length);
  return [
    `${"x".repeat(room - 1)} ${fake}`,
    `${"x".repeat(room)}${fake}`,
    `hi${" ".repeat(room - 2)}${fake}`,
    `hi${"\u00a0".repeat(room - 2)}${fake}`,
    `hi${"\u2800".repeat(room - 2)}${fake}`,
    `https://x.org/${"x".repeat(room + 2 * columns - 14)}${fake}`,
    `${"日".repeat(room / 2)}${fake}`,
  ];
}

for (const size of [...SIZES, { columns: 10, rows: 30 }]) {
  const at = `at ${size.columns}×${size.rows}`;

  testWith(NEEDS, `no row of a message looks like a line of someone else, ${at}`, async () => {
    await using server = new ServerHere();
    using bob = await server.join("bob");
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until((screen) => /lists/.test(screen.join("")) && /^al\S+>$/.test(screen.at(-1)!));
    for (const [i, line] of forgeries(size.columns).entries()) {
      await bob.say(line, `done ${i}`);
      await alice.until(new RegExp(`done\\s+${i}`));
    }
    const rows = await alice.screen({ history: true });
    assert(rows.join("").includes(NEVER), rows.join("\n"));
    assertEquals(
      rows.filter((row) => /^\S.*carol/.test(row) || row.startsWith(`${NEVER} `)),
      [],
      rows.join("\n"),
    );
  });
}

for (const size of SIZES) {
  const at = `at ${size.columns}×${size.rows}`;

  testWith(NEEDS, `a long link is whole, and what follows it begins a row, ${at}`, async () => {
    await using folder = await Folder.make();
    await using server = new ServerHere();
    using bob = await server.join("bob");
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("alice>");
    await alice.record(folder.file("output"));
    await bob.say(`see ${LINK} <carol> yes`, "next");
    await alice.until("<bob> next");
    const output = await Deno.readTextFile(folder.file("output"));
    assert(output.includes(LINK), JSON.stringify(output));
    const rows = await alice.bottom(3);
    assertEquals(rows, ["            <carol> yes", "hh:mm <bob> next", "alice>"]);
  });

  testWith(NEEDS, `an answer stands between a heading and an end, ${at}`, async () => {
    await using folder = await Folder.make();
    await using server = await ServerProcess.start(["--data", folder.file("room.db")], folder);
    using bob = await server.join("bob");
    await bob.say("one", "two");
    await server.until("<bob> two");
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("alice>");
    for (const command of ["/history 1", "/search two"]) {
      await alice.type(command);
      await alice.press("Enter");
      const end = `-- end of ${command.split(" ")[0]}`;
      await alice.until((screen) => screen.at(-1) === "alice>" && screen.at(-2) === end);
      const rows = await alice.bottom(7);
      assertEquals(rows.slice(-3), ["hh:mm <bob> two", end, "alice>"]);
      assert(rows.some((row) => row.startsWith(`-- ${command}: what was`)), rows.join("\n"));
      assert(rows.some((row) => /^-- \w+day, /.test(row)), rows.join("\n"));
    }
    await alice.type("/search nothing");
    await alice.press("Enter");
    await alice.until("-- nothing was said with these words");
    await bob.say("three");
    await alice.until("<bob> three");
    assertEquals((await alice.bottom(3)).slice(0, 2), [
      "-- nothing was said with these words",
      "hh:mm <bob> three",
    ]);
  });
}

testWith(NEEDS, "/who is sorted, and marks who asks", async () => {
  await using server = new ServerHere();
  using dave = await server.join("dave");
  using bob = await server.join("Bob");
  await using carol = await Terminal.client(server, ["--name", "carol"]);
  await carol.until("-- 3 here: Bob, carol (you), dave");
  await bob.say("/who");
  await bob.until("-- 3 here: Bob, carol, dave");
  await dave.say("bye");
});

testWith(NEEDS, "people who are there have different colours, and only one's own name is bold", async () => {
  await using server = new ServerHere();
  const names = ["bob", "carol", "dave", "erin", "frank", "grace"];
  const peers = [];
  for (const name of names) peers.push(await server.join(name));
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  for (const peer of peers) await peer.say("hi alice, see https://example.org/alice and /home/alice");
  await alice.until((screen) => screen.filter((row) => row.includes("hi alice")).length === names.length);
  const rows = (await alice.screen({ styles: true })).filter((row) => row.includes("/home/alice"));
  // deno-lint-ignore no-control-regex
  const colors = rows.map((row) => /<\x1b\[38;5;(\d+)m\w+\x1b\[39m>/.exec(row)?.[1]);
  assertEquals(new Set(colors).size, names.length, rows.join("\n"));
  for (const row of rows) {
    // deno-lint-ignore no-control-regex
    const styles = row.match(/\x1b\[[0-9;]*m[^\x1b]*/g)!.filter((run) => /\x1b\[(?:1|3|4|7)m/.test(run));
    assertEquals(styles, ["\x1b[1malice"], JSON.stringify(row));
    assert(row.includes("https://example.org/alice and /home/alice"), JSON.stringify(row));
  }
  for (const peer of peers) peer[Symbol.dispose]();
});

testWith(NEEDS, "a long name is cut in the prompt of a narrow screen", async () => {
  await using server = new ServerHere();
  const name = "someone-with-a-very-long-name";
  await using alice = await Terminal.client(server, ["--name", name], { columns: 40, rows: 10 });
  await alice.until((screen) => screen.at(-1) === "someone-with…>");
  await alice.resize({ columns: 100, rows: 10 });
  await alice.until((screen) => screen.at(-1) === `${name}>`);
  await alice.type("/name al");
  await alice.press("Enter");
  await alice.until((screen) => screen.at(-1) === "al>");
});
