import { assert, assertEquals } from "@std/assert";
import { findProgram, type Needs, testWith } from "../../helpers/needs.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

const HALF = "half a line with 日本語, e\u0301, 👍🏽 and 🏳️‍🌈";

/** The column of the `d` in it, as tmux counts, on a screen of so many columns. */
const BEFORE_D: Record<number, number> = { 80: 42, 40: 2 };

/** How it is shown at the bottom of a screen, by the number of columns. */
const HALF_ROWS: Record<number, string[]> = {
  80: [`alice> ${HALF}`],
  40: ["alice> half a line with 日本語, e\u0301, 👍🏽", "and 🏳️‍🌈"],
};

for (const size of SIZES) {
  const { columns, rows } = size;
  const at = `at ${columns}×${rows}`;

  testWith(NEEDS, `what is typed is not disturbed by what arrives, ${at}`, async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    await alice.type(HALF);
    await alice.press("Left", "Left", "Left");
    await alice.untilCursor(BEFORE_D[columns]);
    await bob.say("one", "two", "three");
    await alice.until("<bob> three");
    const said = ["hh:mm <bob> one", "hh:mm <bob> two", "hh:mm <bob> three"];
    assertEquals(await alice.bottom(said.length + HALF_ROWS[columns].length), [
      ...said,
      ...HALF_ROWS[columns],
    ]);
    assertEquals((await alice.cursor()).column, BEFORE_D[columns]);
    await alice.type("XX");
    await bob.say("four");
    await alice.until("<bob> four");
    await alice.press("Enter");
    assertEquals(await bob.until("XX"), `<alice> ${HALF.replace("d 🏳️‍🌈", "XXd 🏳️‍🌈")}`);
    await alice.until((screen) => screen.join("").includes("<You> half") && screen.at(-1) === "alice>");
    const all = (await alice.screen({ history: true })).join("\n");
    assertEquals(all.match(/.*half a line/g)?.map((line) => line.slice(6)), ["<You> half a line"], all);
  });

  testWith(NEEDS, `a line longer than the screen is tall is edited where the cursor is, ${at}`, async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    const long = Array.from({ length: columns * rows / 5 }, (_, i) => `${i}`.padStart(4, "-") + ",").join("");
    await alice.type(long);
    await alice.until((screen) => screen.slice(1).join("").endsWith(long.slice(-10)));
    await bob.say("meanwhile");
    await alice.until("<bob> meanwhile");
    await alice.press("C-a");
    await alice.until("alice> ---0,---1");
    await alice.type("START");
    await alice.press("Enter");
    assertEquals(await bob.until("START"), `<alice> START${long}`);
  });

  testWith(NEEDS, `a burst of 1,000 messages is shown in order, and the keys go on, ${at}`, async () => {
    await using server = new ServerHere(["--rate", "0"]);
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    const burst = Array.from({ length: 1000 }, (_, i) => `message ${i + 1}`);
    const sending = (async () => {
      for (let i = 0; i < burst.length; i += 10) await bob.say(...burst.slice(i, i + 10));
    })();
    for (const character of "while it pours") await alice.type(character);
    await sending;
    await alice.until("message 1000");
    await alice.until((screen) => screen.at(-1) === "alice> while it pours");
    const shown = (await alice.screen({ history: true })).filter((line) => line.includes("<bob>"));
    assertEquals(shown.map((line) => line.replace(/^.*<bob> /, "")), burst);
  });

  testWith(NEEDS, `another size of the window leaves nothing behind, ${at}`, async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    using bob = await server.join("bob");
    await alice.until("bob joined");
    await bob.say("before");
    await alice.until("<bob> before");
    const typed = "a line that is longer than the smallest of these windows is wide";
    await alice.type(typed);
    // A window has its new size a moment before its program is told: nothing may be drawn in between.
    await alice.until((screen) => screen.join("").endsWith(typed));
    for (const columns of [30, 60, 35, 90, size.columns]) {
      await alice.resize({ columns, rows });
      // The client has drawn for the new size once it shows a key.
      await alice.type("?");
      await alice.until((screen) => screen.join("").endsWith("?"));
      await alice.press("BSpace");
      await alice.until((screen) => screen.join("").endsWith(typed.slice(-4)));
      await bob.say(`at ${columns}`);
      await alice.until(`<bob> at ${columns}`);
    }
    await alice.type("!");
    await alice.until((screen) => screen.slice(-3).join("").endsWith(`alice> ${typed}!`));
    const all = (await alice.screen({ history: true })).join("\n");
    for (const line of ["before", "at 30", "at 60", "at 35", "at 90"]) {
      assertEquals(all.split(`<bob> ${line}\n`).length, 2, `${line} is not there once:\n${all}`);
    }
    assertEquals(all.split("alice> a line").length, 2, all);
  });

  testWith(NEEDS, `Tab completes names and commands, and goes through several, ${at}`, async () => {
    await using server = new ServerHere();
    using bob = await server.join("bob");
    using bobby = await server.join("bobby");
    await using alice = await Terminal.client(server, ["--name", "alice"], size);
    await alice.until("/help lists");
    await bobby.say("hi");
    await bob.say("hi");
    await alice.until("<bob> hi");
    await alice.type("bo");
    for (const [key, line] of [["Tab", "alice> bob:"], ["Tab", "alice> bobby:"], ["BTab", "alice> bob:"]]) {
      await alice.press(key);
      await alice.until((screen) => screen.at(-1) === line);
    }
    await alice.type("hey bobb");
    await alice.press("Tab");
    await alice.type("!");
    await alice.until((screen) => screen.at(-1) === "alice> bob: hey bobby !");
    await alice.press("C-c");
    await alice.type("/m");
    await alice.press("Tab");
    await alice.type("b");
    await alice.press("Tab");
    await alice.type("psst");
    await alice.until((screen) => screen.at(-1) === "alice> /msg bob psst");
    await alice.press("Enter");
    assertEquals(await bob.until("psst"), "[alice] psst");
    await alice.until("[to bob] psst");
  });
}

testWith(NEEDS, "Up and Down bring back what was said before", async () => {
  await using server = new ServerHere();
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  for (const line of ["one", "two"]) {
    await alice.type(line);
    await alice.press("Enter");
    await alice.until(`<You> ${line}`);
  }
  for (
    const [key, line] of [["Up", "alice> two"], ["Up", "alice> one"], ["Down", "alice> two"], [
      "Down",
      "alice>",
    ]]
  ) {
    await alice.press(key);
    await alice.until((screen) => screen.at(-1) === line);
  }
});

testWith(NEEDS, "Ctrl-C clears the line, and asks once before it leaves", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await alice.type("not this");
  await alice.until("alice> not this");
  await alice.press("C-c");
  await alice.until((screen) => screen.at(-1) === "alice>");
  await alice.press("C-c");
  await alice.until("Ctrl-C again leaves");
  await alice.type("x");
  await alice.until((screen) => !screen.includes("Ctrl-C again leaves"));
  await alice.press("C-c");
  await alice.until((screen) => screen.at(-1) === "alice>");
  await alice.press("C-c");
  await alice.until("Ctrl-C again leaves");
  await alice.press("C-c");
  await bob.until("-- alice left");
  assertEquals(await alice.ended(), 0);
});

testWith(NEEDS, "Ctrl-D leaves on an empty line, and deletes on another", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await alice.type("ab");
  await alice.press("Left", "C-d");
  await alice.until((screen) => screen.at(-1) === "alice> a");
  await alice.press("BSpace", "C-d");
  await bob.until("-- alice left");
  assertEquals(await alice.ended(), 0);
});

testWith(
  NEEDS,
  "the terminal is given back as it was, even when the client is stopped for a while",
  async () => {
    await using server = new ServerHere();
    using bob = await server.join("bob");
    await using shell = await Terminal.start(["bash", "--norc"]);
    const client = `${Deno.execPath()} run --no-prompt --allow-net client.ts 127.0.0.1 ${server.port}`;
    await shell.type(`PS1='$ '; ${client} --name alice`);
    await shell.press("Enter");
    await shell.until("/help lists");
    await shell.type("half");
    await shell.until("alice> half");
    await shell.press("C-z");
    await shell.until((screen) => screen.at(-1) === "$");
    assert(!(await shell.screen()).includes("alice> half"));
    await bob.say("meanwhile");
    await shell.type("stty -a | grep -wo icanon; fg");
    await shell.press("Enter");
    await shell.until("<bob> meanwhile");
    await shell.until((screen) => screen.at(-1) === "alice> half");
    assert((await shell.screen()).includes("icanon"), "the shell did not get its terminal back");
    await shell.press("C-c", "C-d");
    await shell.until((screen) => screen.at(-1) === "$");
    await shell.type("stty -a | grep -wo isig; echo $?");
    await shell.press("Enter");
    await shell.until((screen) => screen.slice(-3).join() === "isig,0,$");
  },
);

/** Programs that start the client, and wait for it. */
const LAUNCHERS: [name: string, command: string[]][] = [
  ["deno task", [Deno.execPath(), "task", "-q", "join"]],
  ["npx", ["npx", "-y", `deno@${Deno.version.deno}`, "run", "--no-prompt", "--allow-net", "client.ts"]],
];

for (const [name, command] of LAUNCHERS) {
  testWith(
    { permissions: NEEDS.permissions, others: { ...WITH_TMUX, npx: findProgram("npx") !== undefined } },
    `Ctrl-Z under ${name} leaves a terminal that goes on`,
    async () => {
      await using server = new ServerHere();
      await using shell = await Terminal.start(["bash", "--norc"]);
      await shell.type(`PS1='$ '; ${command.join(" ")} 127.0.0.1 ${server.port} --name alice`);
      await shell.press("Enter");
      await shell.until("/help lists");
      await shell.type("half");
      await shell.press("C-z");
      await shell.until("-- Ctrl-Z cannot stop the program here");
      await shell.type(" a line");
      await shell.press("Enter");
      assertEquals(await server.until("<alice>"), "<alice> half a line");
      await shell.until("<You> half a line");
      await shell.press("C-d");
      await shell.until((screen) => screen.at(-1) === "$");
    },
  );
}
