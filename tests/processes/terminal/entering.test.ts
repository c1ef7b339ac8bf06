import { assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerProcess } from "../../helpers/process.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { greetingServer } from "../../helpers/servers.ts";
import { Folder } from "../../helpers/system.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

const [ESCAPE, BELL] = ["\x1b", "\x07"];

/** A desktop notification (OSC 9), or the bell. */
const ALERT = new RegExp(`${ESCAPE}\\]9;[^${BELL}]*${BELL}|${BELL}`, "g");

testWith(
  NEEDS,
  "a password typed into a terminal is not shown, and what is typed of it is never said",
  async () => {
    await using folder = await Folder.make({ password: "s3cret" });
    await using server = await ServerProcess.start(["--password-file", folder.file("password")], folder);
    await using alice = await Terminal.client(server, ["--name", "alice"]);
    await alice.until("password:");
    await alice.type("guess");
    await alice.press("Enter");
    await alice.until("error: wrong password; try again in 1 s");
    // What is typed before the next question counts as well.
    await alice.type("s3cret");
    await alice.press("Enter");
    await alice.until("-- you are alice");
    await alice.type("hello");
    await alice.press("Enter");
    assertEquals(await server.until("<alice>"), "<alice> hello");
    const screen = (await alice.until("<You> hello")).join("\n");
    assertEquals(["guess", "s3cret"].filter((word) => screen.includes(word)), []);
  },
);

testWith(
  NEEDS,
  "the fingerprint of an unknown server is shown in a terminal, and only a yes goes on",
  async () => {
    await using folder = await Folder.make();
    const files = ["--cert", folder.file("cert"), "--key", folder.file("key")];
    await using server = await ServerProcess.start(files, folder);
    await server.until("SHA-256 fingerprint");
    const fingerprint = (await server.next())!.replaceAll(" ", "");
    for (const [answer, shown] of [["n", "error: this server is not known"], ["y", "-- you are alice"]]) {
      await using alice = await Terminal.client(server, ["--tls", "--name", "alice"]);
      const screen = await alice.until("[y/N]");
      assertEquals(screen.join("").replaceAll(" ", "").includes(fingerprint), true, screen.join("\n"));
      await alice.type(answer);
      await alice.press("Enter");
      await alice.until(shown);
    }
  },
);

testWith(NEEDS, "whoever gives no name is asked for one, until it is valid", async () => {
  await using server = new ServerHere();
  await using alice = await Terminal.client(server);
  await alice.until("your name (Enter: 127.0.0.1):");
  await alice.type("1st");
  await alice.press("Enter");
  await alice.until('error: "1st" is not allowed');
  await alice.type("alice");
  await alice.press("Enter");
  await alice.until("-- you are alice");
  await server.until("-- alice joined");
  assertEquals(server.seen.filter((line) => /joined|left|is now/.test(line)), ["-- alice joined"]);
});

testWith(
  NEEDS,
  "Enter takes the name that is suggested: the address, or the login name if it may be read",
  async () => {
    await using server = new ServerHere();
    await using someone = await Terminal.client(server);
    await someone.until("your name (Enter: 127.0.0.1):");
    await someone.press("Enter");
    await someone.until("-- you are 127.0.0.1");
    const run = [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-net",
      "--allow-env=USER,USERNAME",
      "client.ts",
    ];
    const env = { USER: "maria" };
    await using maria = await Terminal.start([...run, "127.0.0.1", `${server.port}`], { env });
    await maria.until("your name (Enter: maria):");
    await maria.press("Enter");
    await maria.until("-- you are maria");
  },
);

testWith(NEEDS, "whoever asks for a name that is taken is asked for another", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using alice = await Terminal.client(server, ["--name", "BOB"]);
  await alice.until("another name (Enter: 127.0.0.1):");
  await alice.type("alice");
  await alice.press("Enter");
  await alice.until("127.0.0.1 is now alice");
  await bob.until("-- 127.0.0.1 is now alice");
});

testWith(
  NEEDS,
  "what is typed before joining is shown, said after joining, and reported if that never happens",
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "client.ts"];
    const { port } = listener.addr as Deno.NetAddr;
    await using alice = await Terminal.start([...run, "127.0.0.1", `${port}`, "--name", "alice"]);
    const conn = await listener.accept();
    await conn.write(
      new TextEncoder().encode("Welcome to this chatroom!\n-- parley 1; /help lists the commands\n"),
    );
    await alice.until("Welcome");
    await alice.type("too early");
    await alice.press("Enter");
    await alice.until("… too early");
    await alice.press("C-c");
    assertEquals(await alice.ended(), 1);
    assertEquals((await alice.screen()).includes("error: not said: too early"), true);
    conn.close();
    listener.close();
  },
);

testWith(NEEDS, "Ctrl-C instead of a name leaves, and nobody sees that someone was there", async () => {
  await using server = new ServerHere();
  await using alice = await Terminal.client(server);
  await alice.until("your name");
  await alice.press("C-c");
  assertEquals(await alice.ended(), 0);
  using bob = await server.join("bob");
  await bob.say("/history", "/who");
  await bob.until("1 here: bob");
  assertEquals(bob.seen.some((line) => line.includes("127.0.0.1")), false, bob.seen.join("\n"));
});

/** The date, as a day begins with it. */
function today(): string {
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  return new Date().toLocaleDateString("en-GB", options);
}

for (const size of SIZES) {
  testWith(
    NEEDS,
    `a newcomer sees what was said, who is here, and how to get help, at ${size.columns}×${size.rows}`,
    async () => {
      await using server = new ServerHere();
      using bob = await server.join("bob");
      await bob.say("is it quiet here?");
      await server.until("<bob>");
      await using alice = await Terminal.client(server, ["--name", "alice"], size);
      await alice.until((screen) =>
        screen.join("").includes("lists the commands") && screen.at(-1) === "alice>"
      );
      const help = "-- Tab completes, Up repeats, Ctrl-D leaves; /help lists the commands";
      assertEquals((await alice.screen()).map((line) => line.replace(/^\d\d:\d\d/, "hh:mm")), [
        "Welcome to this chatroom!",
        "-- you are alice",
        `-- ${today()}`,
        "hh:mm <bob> is it quiet here?",
        "-- 2 here: alice (you), bob",
        ...(size.columns === 80
          ? [help]
          : ["-- Tab completes, Up repeats, Ctrl-D", "   leaves; /help lists the commands"]),
        "alice>",
      ]);
    },
  );
}

testWith(NEEDS, "a room of many is told in brief to a newcomer, and in full to whoever asks", async () => {
  await using server = new ServerHere();
  const peers = await Promise.all(Array.from({ length: 120 }, (_, i) => server.join(`user${i}`)));
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("-- 121 here; /who lists them");
  await alice.type("/who");
  await alice.press("Enter");
  await alice.until("-- 121 here: alice (you), user0");
  await alice.until("-- and: user");
  for (const peer of peers) peer[Symbol.dispose]();
});

testWith(
  NEEDS,
  "whoever is mentioned hears the bell, and sees a notification if that is wanted",
  async () => {
    await using folder = await Folder.make();
    await using server = new ServerHere();
    using bob = await server.join("bob");
    const cases = [[[], "\x07"], [["--no-bell"], ""], [
      ["--notify"],
      "\x1b]9;parley: bob: hi alice\x07\x07",
    ]] as const;
    for (const [args, alert] of cases) {
      await using alice = await Terminal.client(server, ["--name", "alice", ...args]);
      await alice.until("/help lists");
      await alice.record(folder.file("output"));
      await bob.say("hi alice", "and goodbye");
      await alice.until("and goodbye");
      await alice.press("C-d");
      await alice.ended();
      const output = await Deno.readTextFile(folder.file("output"));
      assertEquals((output.match(ALERT) ?? []).join(""), alert);
      await Deno.remove(folder.file("output"));
    }
  },
);

testWith(NEEDS, "colours tell people apart, and NO_COLOR shows plain text", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await bob.say("hi alice, see https://example.com/alice");
  await server.until("see https");
  const styles = /\p{Cc}\[[0-9;]*m/u;
  for (const [env, plain] of [[{}, false], [{ NO_COLOR: "1" }, true]] as const) {
    await using alice = await Terminal.client(server, ["--name", "alice"], { env });
    await alice.until("/help lists");
    const screen = await alice.screen({ styles: true });
    const line = screen.find((line) => line.includes("see https"))!;
    assertEquals(styles.test(screen.join("")), !plain);
    assertEquals(line.includes("https://example.com/alice"), true, JSON.stringify(line));
    assertEquals(line.includes("hi alice"), plain, JSON.stringify(line));
  }
});

testWith(NEEDS, "another line server is talked to in plain text", async () => {
  using server = greetingServer("Hello, stranger\n");
  const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "client.ts"];
  await using alice = await Terminal.start([...run, "127.0.0.1", `${server.address.port}`]);
  await alice.until("-- this server is not parley");
  await alice.type("hi");
  await alice.press("Enter");
  await alice.until((screen) => screen.includes("<You> hi") && screen.at(-1) === ">");
  await alice.press("C-d");
  assertEquals(await alice.ended(), 0);
});

testWith(NEEDS, "a server that is not there is one sentence, before anything is asked", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "client.ts"];
  await using alice = await Terminal.start([...run, "127.0.0.1", `${port}`]);
  assertEquals(await alice.ended(), 1);
  const screen = (await alice.screen()).join(" ");
  assertEquals(screen.includes("no one listens there"), true, screen);
  assertEquals(screen.includes("your name"), false, screen);
});
