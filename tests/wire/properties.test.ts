import { assert, assertEquals } from "@std/assert";
import { parseName } from "../../lib/wire/names.ts";
import { Refusal } from "../../lib/wire/refusal.ts";
import { clean } from "../../lib/wire/clean.ts";
import type { Entry } from "../../lib/wire/entries.ts";
import { formatHello, type Hello, parseHello } from "../../lib/wire/hello.ts";
import { json } from "../../lib/wire/formats/json.ts";
import { type Line, LineReader, TOO_LONG } from "../../lib/wire/lines.ts";
import { parseReceived } from "../../lib/wire/received.ts";
import { text } from "../../lib/wire/formats/text.ts";
import { fc } from "../helpers/property.ts";

const MAX = 20;
// deno-lint-ignore no-control-regex
const HARMFUL = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Texts with all that is troublesome in them: controls, escapes, halves of surrogate pairs, bidirectional overrides. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom(
      "\x1b",
      "\n",
      "\r",
      "\t",
      "\x9b",
      "\u202e",
      "\u2066",
      "\u2028",
      "\u200d",
      "/",
      "<",
      "> ",
      "-- ",
    ),
    fc.string({ minLength: 1, maxLength: 1, unit: "grapheme" }),
  ),
});

/** Names as the room gives them. */
const anyName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).map(nameOf).filter((name) =>
    name !== undefined
  ),
  fc.constantFrom("10.0.0.1", "10.0.0.1~2", "fe80::1%eth0", "server"),
);

function nameOf(text: string): string | undefined {
  try {
    return parseName(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Every text in a value, however deep. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* textsIn(inner);
  }
}

/** The lines of an input, by the rule for what ends one and nothing else; each with its end. */
function* linesIn(bytes: Uint8Array): Generator<Line> {
  const latin = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  for (const [i, line] of latin.split(/\r\n|\r\0|\r|\n/).slice(0, -1).entries()) {
    const content = Uint8Array.from(line, (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
    yield content.length > MAX ? TOO_LONG : i === 0 ? text.replace(/^\ufeff/, "") : text;
  }
}

Deno.test("LineReader gives the same lines however the bytes are cut, byte by byte too, and of long ones nothing", () => {
  const byte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x00, 0xff), fc.integer({ min: 0, max: 255 }));
  const piece = fc.oneof(
    fc.array(byte, { maxLength: 3 * MAX }),
    fc.constantFrom([0x0d, 0x0a], [0x0d, 0x00], [0x0d], [0x0a], [0xef, 0xbb, 0xbf]),
  );
  const input = fc.record({ pieces: fc.array(piece), cuts: fc.array(fc.nat(200)) });
  fc.assert(fc.property(input, ({ pieces, cuts }) => {
    const bytes = Uint8Array.from([...pieces.flat(), 0x0a]);
    const wanted = [...linesIn(bytes)];
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    for (const ends of [places.slice(1), [bytes.length], Array.from(bytes, (_, i) => i + 1)]) {
      const reader = new LineReader(MAX);
      const given = ends.flatMap((end, i) => [...reader.push(bytes.subarray(ends[i - 1] ?? 0, end))]);
      assertEquals(given, wanted);
      assertEquals(reader.end(), undefined);
    }
  }));
});

Deno.test("clean() leaves nothing that a terminal would act on, and changes nothing a second time", () => {
  fc.assert(fc.property(anyText, (text) => {
    const cleaned = clean(text);
    assert(!HARMFUL.test(cleaned));
    assertEquals(clean(cleaned), cleaned);
    if (!HARMFUL.test(text)) assertEquals(cleaned, text);
  }));
});

Deno.test("parseName() gives a name that is one, or refuses it", () => {
  fc.assert(fc.property(anyText, (text) => {
    const name = nameOf(text);
    if (name === undefined) return;
    assertEquals(parseName(name), name);
    assert(!/[<>\[\]*:%~\s]/.test(name) && !HARMFUL.test(name), name);
  }));
});

/** What kind of line it is, as a reader tells by how it begins. */
const KINDS: Record<Entry["kind"], RegExp> = {
  said: /^<([^>]+)> (.*)\n$/,
  action: /^\* (\S+) (.*)\n$/,
  joined: /^-- .* joined\n$/,
  left: /^-- .* left(: .*)?\n$/,
  renamed: /^-- (\S+) is now (\S+)\n$/,
};

const at = { seq: 1, time: 0 };
const anyEntry = fc.oneof(
  fc.record({ kind: fc.constantFrom("said", "action"), name: anyName, text: anyText.map(clean) })
    .map((entry): Entry => ({ ...at, ...entry, authorKey: "" }) as Entry),
  fc.record({
    kind: fc.constantFrom("joined", "left"),
    names: fc.array(anyName, { minLength: 1 }),
    reason: fc.option(anyText.map(clean), { nil: undefined }),
  }).map((entry): Entry =>
    ({
      ...at,
      ...entry,
      reason: entry.kind === "left" ? entry.reason : undefined,
      memberKeys: [],
    }) as unknown as Entry
  ),
  fc.record({ name: anyName, to: anyName }).map((entry): Entry => ({ ...at, kind: "renamed", ...entry })),
);

Deno.test("an entry is one line in each format, which tells what it is and cannot be taken for another kind", () => {
  fc.assert(fc.property(anyEntry, (entry) => {
    for (const line of [text.entry(entry), json.entry(entry)]) {
      assertEquals(line.indexOf("\n"), line.length - 1);
    }
    const line = text.entry(entry);
    const match = KINDS[entry.kind].exec(line);
    assert(match !== null, JSON.stringify(line));
    if (entry.kind === "said" || entry.kind === "action") {
      assertEquals(match.slice(1), [entry.name, entry.text]);
      assert(line.startsWith("<") || line.startsWith("* "));
    }
  }));
});

Deno.test("parseReceived() gives back what json made of an entry", () => {
  fc.assert(fc.property(anyEntry, (entry) => {
    const { authorKey: _, memberKeys: __, ...sent } = { authorKey: "", memberKeys: [], ...entry };
    const received = parseReceived(json.entry(entry))!;
    for (const [field, value] of Object.entries(sent)) {
      if (value !== undefined) assertEquals((received as unknown as Record<string, unknown>)[field], value);
    }
  }));
});

Deno.test("parseReceived() never throws, and lets no control character through", () => {
  const kinds = [
    "said",
    "action",
    "joined",
    "left",
    "renamed",
    "welcome",
    "private",
    "notice",
    "closed",
    "pong",
    "rooms",
    "mention",
  ];
  const hostile = fc.record({
    kind: fc.constantFrom(...kinds),
    seq: fc.anything(),
    time: fc.oneof(fc.constant("2026-11-22T20:14:03.120Z"), fc.anything()),
    name: fc.oneof(anyText, fc.anything()),
    names: fc.oneof(fc.array(anyText), fc.anything()),
    to: anyText,
    text: fc.oneof(anyText, fc.anything()),
    reason: anyText,
    log: anyText,
    line: fc.anything(),
    room: fc.oneof(anyText, fc.anything()),
    title: fc.oneof(anyText, fc.anything()),
    messages: fc.anything(),
    rooms: fc.oneof(
      fc.array(fc.record({ name: anyText, members: fc.nat(), messages: fc.nat() })),
      fc.anything(),
    ),
  }, { requiredKeys: ["kind"] });
  const line = fc.oneof(hostile.map((value) => JSON.stringify(value)), anyText, fc.json());
  fc.assert(fc.property(line, (line) => {
    for (const text of textsIn(parseReceived(line))) assert(!HARMFUL.test(text), JSON.stringify(text));
  }));
});

Deno.test("parseHello() reads what formatHello() wrote, and refuses everything else as a mistake", () => {
  const hello: fc.Arbitrary<Hello> = fc.record({
    name: fc.string({ unit: "grapheme" }).map(clean),
    format: fc.constantFrom("text" as const, "json" as const),
    password: fc.string(),
    client: fc.string({ minLength: 1, maxLength: 128 }),
    resume: fc.record({ log: fc.string(), since: fc.nat(), time: fc.nat() }),
    room: fc.string({ unit: "grapheme" }).map(clean),
    identity: fc.string({ minLength: 1, maxLength: 128 }),
    watch: fc.boolean(),
    seen: fc.record({ log: fc.string(), seq: fc.nat() }),
  });
  fc.assert(fc.property(hello, (hello) => {
    assertEquals(parseHello(formatHello(hello).slice("/hello ".length)), hello);
  }));
  fc.assert(fc.property(fc.oneof(anyText, fc.json()), (text) => {
    try {
      parseHello(text);
    } catch (error) {
      assert(error instanceof SyntaxError);
    }
  }));
});
