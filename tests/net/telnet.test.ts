import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { hasTelnet, TelnetFilter } from "../../lib/net/telnet.ts";
import { fc } from "../helpers/property.ts";

const [IAC, DONT, DO, WONT, WILL, SB, SE] = [255, 254, 253, 252, 251, 250, 240];
const [NAWS, TIMING_MARK, INTERRUPT] = [31, 6, 244];

/** What is left of an input that comes in these parts, and what is answered. */
function filter(parts: Uint8Array[]): { text: number[]; answers: number[] } {
  const telnet = new TelnetFilter();
  const text = parts.flatMap((part) => [...telnet.push(part)]);
  return { text, answers: [...telnet.takeAnswers()] };
}

const text = (string: string) => [...new TextEncoder().encode(string)];

const CASES: { name: string; input: number[]; text: number[]; answers?: number[] }[] = [
  { name: "text", input: text("grüße\r\n"), text: text("grüße\r\n") },
  { name: "an offer", input: [IAC, WILL, NAWS, ...text("x")], text: text("x"), answers: [IAC, DONT, NAWS] },
  { name: "a request", input: [...text("x"), IAC, DO, NAWS], text: text("x"), answers: [IAC, WONT, NAWS] },
  { name: "refusals, which are not answered", input: [IAC, WONT, 1, IAC, DONT, 3], text: [] },
  {
    name: "Ctrl-C as inetutils-telnet sends it",
    input: [IAC, INTERRUPT, IAC, DO, TIMING_MARK, ...text("x")],
    text: text("x"),
    answers: [IAC, WONT, TIMING_MARK],
  },
  { name: "an option that is a line end", input: [IAC, WILL, 10, 10], text: [10], answers: [IAC, DONT, 10] },
  {
    name: "a subnegotiation",
    input: [...text("a"), IAC, SB, 24, 0, 10, 65, IAC, SE, ...text("b")],
    text: text("ab"),
  },
  { name: "a subnegotiation with IAC in it", input: [IAC, SB, 31, IAC, IAC, 65, IAC, SE, 66], text: [66] },
  { name: "IAC IAC", input: [...text("a"), IAC, IAC, ...text("b")], text: text("ab") },
  { name: "commands without an option", input: [IAC, 241, IAC, 246, IAC, 249, IAC, 236, 65], text: [65] },
  { name: "a bad byte, which is no command", input: [IAC, 65, IAC, 10], text: [IAC, 65, IAC, 10] },
  { name: "a command that never ends", input: [65, IAC, WILL], text: [65] },
];

for (const { name, input, text, answers = [] } of CASES) {
  Deno.test(`TelnetFilter takes out what is no text, however it is cut: ${name}`, () => {
    const bytes = Uint8Array.from(input);
    const wanted = { text, answers };
    assertEquals(filter([bytes]), wanted);
    assertEquals(filter(Array.from(bytes, (byte) => Uint8Array.of(byte))), wanted);
    for (let i = 0; i <= bytes.length; i++) assertEquals(filter([bytes.slice(0, i), bytes.slice(i)]), wanted);
  });
}

Deno.test("TelnetFilter changes nothing in UTF-8, and hasTelnet() finds nothing in it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (string) => {
    const bytes = new TextEncoder().encode(string);
    assertEquals([hasTelnet(bytes), filter([bytes])], [false, { text: [...bytes], answers: [] }]);
  }));
});

Deno.test("TelnetFilter answers the same however the input is cut", () => {
  const input = fc.array(fc.oneof(fc.constant(255), fc.integer({ min: 236, max: 255 }), fc.nat(255)));
  fc.assert(fc.property(input, fc.nat(), (input, cut) => {
    const bytes = Uint8Array.from(input);
    const at = cut % (bytes.length + 1);
    const whole = filter([bytes]);
    assertEquals(filter([bytes.slice(0, at), bytes.slice(at)]), whole);
    assertEquals(filter(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
    assertEquals(filter([concat([bytes, new Uint8Array(0)])]), whole);
  }));
});
