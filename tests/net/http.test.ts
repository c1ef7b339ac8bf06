import { assertEquals, assertRejects } from "@std/assert";
import { endOfHead, HttpError, parseHead, readHead, writeAnswer } from "../../lib/net/http.ts";
import { memoryPair } from "../../lib/net/memory.ts";
import { RewoundConnection } from "../../lib/net/rewound.ts";
import { acceptKey } from "../../lib/net/websocket.ts";
import { Peer } from "../helpers/peer.ts";
import { handshake } from "../helpers/websocket.ts";

const encoder = new TextEncoder();
const LIMITS = { maxBytes: 16 * 1024, timeoutMs: 5000 };

function parse(text: string) {
  return parseHead(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

/** The status that a head is refused with. */
function refused(text: string): number | "taken" {
  try {
    parse(text);
    return "taken";
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return error.status;
  }
}

/** Both ends of a connection on which someone sends this. */
async function sent(...parts: string[]): Promise<{ connection: RewoundConnection; peer: Peer }> {
  const [server, client] = memoryPair();
  const peer = new Peer(client);
  for (const part of parts) await peer.raw(part);
  const ahead = { first: new Uint8Array(0), rest: server.chunks() };
  return { connection: new RewoundConnection(server, ahead), peer };
}

Deno.test("parseHead() takes a request apart", () => {
  const head = parse(
    "POST /say?room=R&name=%C3%BC HTTP/1.1\r\nHost:  h:1 \r\nX-A: 1\r\nx-a:2\r\nContent-Length: 12\r\n\r\n",
  );
  assertEquals([head.method, head.path, head.version, head.bodyLength], ["POST", "/say", "1.1", 12]);
  assertEquals([head.query.get("room"), head.query.get("name")], ["R", "ü"]);
  assertEquals([head.headers.get("host"), head.headers.get("x-a")], ["h:1", "1, 2"]);
});

const REFUSED: Record<number, string[]> = {
  400: [
    "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
    "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.10\r\nHost: h\r\n\r\n",
    "GET /\r\nHost: h\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET h HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /#part HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /\x80 HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\n: h\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
    "GET / HTTP/1.1\r\nA: b\0c\r\n\r\n",
    "GET / HTTP/1.1\r\nA\0: b\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 9999999999999999\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
    "GET / HTTP/1.1\r\nOrigin: a\r\nOrigin: a\r\n\r\n",
  ],
  411: [
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: \tchunked \r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
  ],
  421: ["GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nhost: evil\r\n\r\n"],
};

for (const [status, heads] of Object.entries(REFUSED)) {
  for (const head of heads) {
    Deno.test(`parseHead() refuses ${JSON.stringify(head)} with ${status}`, () => {
      assertEquals(refused(head), Number(status));
    });
  }
}

Deno.test("endOfHead() finds the empty line, with either line end", () => {
  assertEquals(endOfHead(encoder.encode("a\r\n\r\nb")), 5);
  assertEquals(endOfHead(encoder.encode("a\n\nb")), 3);
  assertEquals(endOfHead(encoder.encode("a\r\nb\r\n\r")), -1);
  assertEquals(endOfHead(encoder.encode("a\r\n\rb")), -1);
});

Deno.test("readHead() reads a head however it is cut, and leaves what comes behind it", async () => {
  const text = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
  for (let cut = 1; cut < text.length; cut++) {
    const { connection, peer } = await sent(text.slice(0, cut), `${text.slice(cut)}behind`, " it");
    assertEquals((await readHead(connection, LIMITS)).path, "/x");
    await peer.connection.closeWrite();
    let rest = "";
    for await (const chunk of connection.chunks()) rest += new TextDecoder().decode(chunk);
    assertEquals(rest, "behind it", `cut at ${cut}`);
  }
});

Deno.test("readHead() takes a head of 16 KiB, and refuses one byte more", async () => {
  const head = (size: number) => `GET / HTTP/1.1\r\nA: ${"x".repeat(size - 23)}\r\n\r\n`;
  const { connection } = await sent(head(16384));
  assertEquals((await readHead(connection, LIMITS)).headers.get("a")?.length, 16384 - 23);
  const { connection: longer } = await sent(head(16385));
  const error = await assertRejects(() => readHead(longer, LIMITS), HttpError);
  assertEquals(error.status, 431);
});

Deno.test("readHead() waits for a head only so long, and not for one that ended", async () => {
  const { connection } = await sent("GET / HT");
  const late = await assertRejects(() => readHead(connection, { ...LIMITS, timeoutMs: 20 }), HttpError);
  assertEquals(late.status, 408);
  const { connection: ended, peer } = await sent("GET / HT");
  await peer.connection.closeWrite();
  assertEquals((await assertRejects(() => readHead(ended, LIMITS), HttpError)).status, 400);
});

Deno.test("writeAnswer() tells the length of the body, and leaves it out for HEAD", async () => {
  for (const [method, lines] of [["GET", ["ü"]], ["HEAD", []]] as [string, string[]][]) {
    const { connection, peer } = await sent();
    await writeAnswer(connection, { status: 200, body: "ü\n" }, method);
    connection.close();
    const all = await peer.rest();
    assertEquals(all[0], "HTTP/1.1 200 OK");
    assertEquals(all.includes("Content-Length: 3") && all.includes("Connection: close"), true);
    assertEquals(all.slice(all.indexOf("") + 1), lines);
  }
});

Deno.test("acceptKey() answers the key of RFC 6455, and refuses what is no handshake", async () => {
  assertEquals(await acceptKey(parse(handshake("h"))), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const wrong: [number, Record<string, string | undefined>][] = [
    [400, { "Sec-WebSocket-Key": undefined }],
    [400, { "Sec-WebSocket-Key": "short" }],
    [400, { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ" }],
    [426, { "Sec-WebSocket-Version": "8" }],
    [426, { "Sec-WebSocket-Version": undefined }],
    [426, { Upgrade: undefined }],
    [426, { Upgrade: "h2c" }],
    [426, { Connection: "keep-alive" }],
  ];
  for (const [status, headers] of wrong) {
    const error = await assertRejects(() => acceptKey(parse(handshake("h", headers))), HttpError);
    assertEquals(error.status, status, JSON.stringify(headers));
  }
  await assertRejects(() => acceptKey(parse(handshake("h").replace("HTTP/1.1", "HTTP/1.0"))), HttpError);
});
