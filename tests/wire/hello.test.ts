import { assertEquals, assertThrows } from "@std/assert";
import { BANNER, formatHello, type Hello, parseHello, WELCOME } from "../../lib/wire/hello.ts";

/** Without the fields that are not set. */
const set = (hello: Hello): Hello => JSON.parse(JSON.stringify(hello));

const GOOD: [json: string, hello: Hello][] = [
  ["{}", {}],
  ['{"name":"alice"}', { name: "alice" }],
  ['  {"format" : "json"}\t', { format: "json" }],
  ['{"format":"text","name":""}', { name: "", format: "text" }],
  ['{"name":"alice","format":"json","colour":{"later":[1]}}', { name: "alice", format: "json" }],
  ['{"password":" s3cret "}', { password: " s3cret " }],
  ['{"client":"k"}', { client: "k" }],
  ['{"log":"l","since":41}', { resume: { log: "l", since: 41 } }],
  ['{"log":"l","since":0,"time":"1970-01-01T00:00:01.000Z"}', { resume: { log: "l", since: 0, time: 1000 } }],
  ['{"log":"l"}', {}],
  ['{"since":41}', {}],
  ['{"__proto__":{"name":"mallory"}}', {}],
];

for (const [json, hello] of GOOD) {
  Deno.test(`parseHello() reads ${json}`, () => assertEquals(set(parseHello(json)), hello));
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
  ['{"client":1234}', '"client"'],
  ['{"client":""}', '"client"'],
  [`{"client":"${"x".repeat(129)}"}`, '"client"'],
  ['{"log":1,"since":1}', '"log"'],
  ['{"log":"l","since":"41"}', '"since"'],
  ['{"log":"l","since":-1}', '"since"'],
  ['{"log":"l","since":1.5}', '"since"'],
  ['{"log":"l","since":1e99}', '"since"'],
  ['{"log":"l","since":1,"time":"today"}', '"time"'],
  ['{"log":"l","since":1,"time":1000}', '"time"'],
  ['{"room":1}', '"room"'],
  ['{"identity":1}', '"identity"'],
  ['{"identity":""}', '"identity"'],
  [`{"identity":"${"x".repeat(129)}"}`, '"identity"'],
  ['{"watch":"yes"}', '"watch"'],
  ['{"seen":41}', '"seen"'],
  ['{"seen":{"log":"l"}}', '"seen"'],
  ['{"seen":{"log":1,"seq":1}}', '"seen"'],
  ['{"seen":{"log":"l","seq":-1}}', '"seen"'],
  ['{"seen":null}', '"seen"'],
];

for (const [json, part] of BAD) {
  Deno.test(`parseHello() refuses ${json || "nothing"}`, () => {
    assertThrows(() => parseHello(json), SyntaxError, part);
  });
}

Deno.test("parseHello() cleans what JSON escapes hid from the cleaning of the line", () => {
  const json = String.raw`{"name":"\u001b[31mali\u000d\u000ace\u202e\u009b"}`;
  assertEquals(parseHello(json).name, "[31mali ce");
});

Deno.test("formatHello() says in one line what parseHello() reads", () => {
  const hellos: Hello[] = [
    {},
    { name: "alice" },
    { format: "json" },
    { name: 'é "😀"', format: "text" },
    { password: 'a "quoted" one' },
    { client: "k", resume: { log: "l", since: 41, time: 1000 } },
    { resume: { log: "l", since: 0 } },
    { room: "kitchen", identity: "i", watch: true, seen: { log: "l", seq: 41 } },
  ];
  for (const hello of hellos) {
    const line = formatHello(hello);
    const [, json] = /^\/hello (.*)$/.exec(line)!;
    assertEquals(set(parseHello(json)), hello);
  }
  assertEquals(formatHello({ name: "alice", format: "json" }), '/hello {"name":"alice","format":"json"}');
});

Deno.test("the first two lines are what peers and clients look for", () => {
  assertEquals([WELCOME, BANNER], ["Welcome to this chatroom!", "-- parley 1; /help lists the commands"]);
});
