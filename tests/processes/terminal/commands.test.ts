import { assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

const TYPED: [line: string, why: string][] = [
  ["/nmae bob", 'error: there is no command "/nmae"; did you mean /name?'],
  ["/name 1st", 'error: "1st" is not allowed'],
  ["/nick bob", 'error: the name "bob" is taken; /name NAME takes another one'],
  ["/dm nobody psst", 'error: no one here is called "nobody"'],
  ["/json", "error: /json is for programs"],
  ["/r hi", "error: nobody has written to you in private yet"],
];

testWith(NEEDS, "a command that is refused comes back into the line, to be corrected", async () => {
  await using server = new ServerHere();
  using _ = await server.join("bob");
  await using alice = await Terminal.client(server, ["--name", "alice"], { columns: 120 });
  await alice.until("/help lists");
  for (const [line, why] of TYPED) {
    await alice.type(line);
    await alice.press("Enter");
    await alice.until(why);
    const back = `alice> ${line.replace("/nick", "/name").replace("/dm", "/msg")}`;
    await alice.until((screen) => screen.at(-1) === back);
    await alice.press("C-c");
    await alice.until((screen) => screen.at(-1) === "alice>");
  }
  await alice.type("/nmae ally");
  await alice.press("Enter");
  await alice.until("alice> /nmae ally");
  await alice.press("C-a", "Right", "Right", "Right", "DC", "Left");
  await alice.type("a");
  await alice.until("alice> /name ally");
  await alice.press("Enter");
  await alice.until("-- alice is now ally");
});

testWith(NEEDS, "/r answers the last private message, and /clear clears the screen", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  await bob.say("/msg alice psst");
  await alice.until("[bob] psst");
  await alice.type("/r what is it?");
  await alice.press("Enter");
  assertEquals(await bob.until("what is it?"), "[alice] what is it?");
  await alice.until("[to bob] what is it?");
  await alice.type("/clear");
  await alice.press("Enter");
  await alice.until((screen) => screen.length === 1 && screen[0] === "alice>");
});
