/**
 * The programs that people have at hand, as they are: what they send is text, and none of their negotiation is said.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Process } from "../helpers/process.ts";
import { ServerHere } from "../helpers/server_here.ts";

const HOST = "127.0.0.1";

/** How each program is started, and how it ends a line that is typed into it. */
const PROGRAMS: Record<string, (port: string) => string[]> = {
  "plink in Telnet mode": (port) => ["plink", "-telnet", "-batch", "-P", port, HOST],
  "plink in raw mode": (port) => ["plink", "-raw", "-batch", "-P", port, HOST],
  "the telnet of inetutils": (port) => ["telnet", HOST, port],
  "the telnet of busybox": (port) => ["busybox", "telnet", HOST, port],
  "nc": (port) => ["nc", HOST, port],
  "socat": (port) => ["socat", "-", `TCP:${HOST}:${port}`],
  "socat with CR LF": (port) => ["socat", "-", `TCP:${HOST}:${port},crnl`],
};

for (const [name, command] of Object.entries(PROGRAMS)) {
  const [program] = command("0");
  testWith(
    { permissions: ["run", "net", "read"], others: { [program]: findProgram(program) !== undefined } },
    `${name} joins, takes a name and speaks, and nothing else is said`,
    async () => {
      await using server = new ServerHere();
      await using ear = new Process("nc", [HOST, `${server.port}`]);
      await ear.say("/name ear");
      await ear.until("-- you are ear");
      const [file, ...args] = command(`${server.port}`);
      await using person = new Process(file, args);
      await person.until("-- you are");
      await person.say("/name pat");
      await person.until("is now pat");
      await person.say("hello, grüße");
      assertEquals(await ear.until("<"), "<pat> hello, grüße");
      await person.say("/msg ear psst");
      assertEquals(await ear.next(), "[pat] psst");
    },
  );
}

const EXPECT = `
set timeout 8
spawn telnet ${HOST} PORT
expect "you are"
send "/name pat\\r"
expect "is now pat"
send "\\003"
# The terminal throws away what was typed before it took note of Ctrl-C.
expect "^C"
send "/ping after Ctrl-C\\r"
expect "pong after Ctrl-C" { send "/msg ear psst\\r" }
expect "to ear" { exit 0 }
exit 1
`;

testWith(
  {
    permissions: ["run", "net", "read"],
    others: { expect: findProgram("expect") !== undefined, telnet: findProgram("telnet") !== undefined },
  },
  "the telnet of inetutils goes on after Ctrl-C, and what is whispered then is not said aloud",
  async () => {
    await using server = new ServerHere();
    await using ear = new Process("nc", [HOST, `${server.port}`]);
    await ear.say("/name ear");
    await ear.until("-- you are ear");
    await using person = new Process("expect", ["-c", EXPECT.replace("PORT", `${server.port}`)]);
    assertEquals(await ear.until("psst"), "[pat] psst");
    await person.until("[to ear] psst");
  },
);
