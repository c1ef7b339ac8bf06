import { assertEquals, assertThrows } from "@std/assert";
import { BANNER, formatHello, type Hello, parseHello, WELCOME } from "../../lib/wire/hello.ts";

const GOOD: [json: string, hello: Hello][] = [
  ["{}", { name: undefined, format: undefined }],
  ['{"name":"alice"}', { name: "alice", format: undefined }],
  ['  {"format" : "json"}\t', { name: undefined, format: "json" }],
  ['{"format":"text","name":""}', { name: "", format: "text" }],
  ['{"name":"alice","format":"json","colour":{"later":[1]}}', { name: "alice", format: "json" }],
  ['{"password":" s3cret "}', { name: undefined, format: undefined, password: " s3cret " }],
  ['{"__proto__":{"name":"mallory"}}', { name: undefined, format: undefined }],
];

for (const [json, hello] of GOOD) {
  Deno.test(`parseHello() reads ${json}`, () =>
    assertEquals(parseHello(json), { password: undefined, ...hello }));
}

const BAD: [json: string, part: string][] = [
  ["", "takes a JSON object"],
  ["alice", "takes a JSON object"],
  ['{"name":"alice"', "takes a JSON object"],
  ["{name:'alice'}", "takes a JSON object"],
  ["null", "takes a JSON object"],
  ["41", "takes a JSON object"],
  ['"alice"', "takes a JSON object"],
  ['["alice"]', "takes a JSON object"],
  ['{"name":41}', '"name"'],
  ['{"name":null}', '"name"'],
  ['{"name":["alice"]}', '"name"'],
  ['{"format":"xml"}', '"format"'],
  ['{"format":null}', '"format"'],
  ['{"format":["json"]}', '"format"'],
  ['{"password":1234}', '"password"'],
];

for (const [json, part] of BAD) {
  Deno.test(`parseHello() refuses ${json || "nothing"}`, () => {
    assertThrows(() => parseHello(json), SyntaxError, part);
  });
}

Deno.test("parseHello() cleans what JSON escapes hid from the cleaning of the line", () => {
  const json = String.raw`{"name":"\u001b[31mali\u000d\u000ace\u202e\u009b"}`;
  assertEquals(parseHello(json).name, "[31malice");
});

Deno.test("formatHello() says in one line what parseHello() reads", () => {
  const hellos: Hello[] = [
    {},
    { name: "alice" },
    { format: "json" },
    { name: 'é "😀"', format: "text" },
    { password: 'a "quoted" one' },
  ];
  for (const { name, format, password } of hellos) {
    const line = formatHello({ name, format, password });
    const [, json] = /^\/hello (.*)$/.exec(line)!;
    assertEquals(parseHello(json), { name, format, password });
  }
  assertEquals(formatHello({ name: "alice", format: "json" }), '/hello {"name":"alice","format":"json"}');
});

Deno.test("the first two lines are what peers and clients look for", () => {
  assertEquals([WELCOME, BANNER], ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"]);
});
