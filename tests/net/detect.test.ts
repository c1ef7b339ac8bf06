import { assertEquals } from "@std/assert";
import { detectLine, detectPartial, isTlsAlert, isTlsHandshake } from "../../lib/net/detect.ts";

/** First lines of other protocols. */
const FOREIGN: readonly string[] = [
  "PRI * HTTP/2.0",
  "GET / HTTP/3",
  "OPTIONS / RTSP/1.0",
  "DESCRIBE rtsp://10.0.0.1/stream RTSP/1.0",
  "OPTIONS sip:nm SIP/2.0",
  "REGISTER sip:10.0.0.1 SIP/2.0",
  "REQMOD icap://10.0.0.1/x ICAP/1.0",
  "HTTP/1.1 400 Bad Request",
  "SIP/2.0 200 OK",
  "PROXY TCP4 10.0.0.1 10.0.0.2 56324 8081",
  "PROXY UNKNOWN",
  "SSH-2.0-OpenSSH_9.9",
  "SSH-1.99-x",
  "EHLO",
  "HELO example.org",
  "CAP LS 302",
  "NICK alice",
  "USER alice 0 * :Alice",
  "@RSYNCD: 31.0",
  "RFB 003.008",
  "*1",
  'CONNECT {"verbose":false}',
  "<?xml version='1.0'?>",
  "\x01default",
  "\x02default",
  "\0",
];

for (const line of FOREIGN) {
  Deno.test(`detectLine() knows ${JSON.stringify(line)} for another protocol`, () => {
    assertEquals(detectLine(line), "other");
  });
}

/** What `nmap -sV` and common clients send first, before any line has ended. */
const BINARY: Record<string, string> = {
  RPCCheck: "\x80\0\0\x28\x72\xfe\x1d\x13\0\0\0\0\0\0\0\x02\0\x01\x86\xa0\0\x01\x97\x7c",
  DNSVersionBindReqTCP: "\0\x1e\0\x06\x01\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03",
  DNSStatusRequestTCP: "\0\x0c\0\0\x10\0\0\0\0\0\0\0\0\0",
  Kerberos: "\0\0\0\x71\x6a\x81\x6e\x30\x81\x6b\xa1\x03\x02\x01\x05",
  SMBProgNeg: "\0\0\0\xa4\xff\x53\x4d\x42\x72\0\0\0\0\x08\x01\x40",
  X11Probe: "\x6c\0\x0b\0\0\0\0\0\0\0\0\0",
  LDAPSearchReq: "\x30\x84\0\0\0\x2d\x02\x01\x07\x63\x84\0\0\0\x24\x04\0",
  LDAPBindReq: "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0",
  TerminalServer: "\x03\0\0\x0b\x06\xe0\0\0\0\0\0",
  TerminalServerCookie: "\x03\0\0*%\xe0\0\0\0\0\0Cookie: mstshash=nmap",
  Socks4: "\x04\x01\0\x50\x7f\0\0\x01root\0",
  Socks5: "\x05\x04\0\x01\x02\x80",
  NCP: "DmdT\0\0\0\x17\0\0\0\x01",
  NotesRPC: "\x3a\0\0\0\x2f\0\0\0\x02\0\0\x40\x02\x0f",
  JavaRMI: "JRMI\0\x02K",
  "oracle-tns": "\0Z\0\0\x01\0\0\0\x016\x01,",
  "ms-sql-s": "\x12\x01\0\x34\0\0\0\0",
  afp: "\0\x03\0\x01\0\0\0\0\0\0\0\x02",
  giop: "GIOP\x01\0\x01\0",
  mongodb: "\x41\0\0\0\x3a\x30\0\0\xff\xff\xff\xff\xd4\x07\0\0",
  DistCCD: "DIST00000001ARGC00000005",
  LANDesk: "TNMP\x04\0\0\0TNME\0\0\x04\0",
  SSLv2: "\x80\x9e\x01\x03\x01\0u\0\0\0",
  MQTT: "\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0",
  AMQP: "AMQP\0\0\x09\x01",
  Postgres: "\0\0\0\x08\x04\xd2\x16\x2f",
  git: "0032git-upload-pack /project\0host=x\0",
  BitTorrent: "\x13BitTorrent protocol\0\0",
};

for (const [name, bytes] of Object.entries(BINARY)) {
  Deno.test(`detectPartial() knows the first bytes of ${name} for another protocol`, () => {
    assertEquals(detectPartial(Uint8Array.from(bytes, (char) => char.charCodeAt(0))), "other");
  });
}

Deno.test("detectLine() knows HTTP's request line, and detectPartial() a TLS handshake by its first byte", () => {
  const lines = ["GET / HTTP/1.0", "POST /say?room=R HTTP/1.1", "M-SEARCH * HTTP/1.1", "OPTIONS * HTTP/1.1 "];
  assertEquals(lines.map(detectLine), Array(lines.length).fill("http"));
  assertEquals([detectPartial(Uint8Array.of(0x16)), detectLine("\x16\x03\x01")], ["tls", "tls"]);
  assertEquals([isTlsHandshake(Uint8Array.of(0x16, 3, 1)), isTlsHandshake(Uint8Array.of(0x17))], [
    true,
    false,
  ]);
  assertEquals(isTlsHandshake(new Uint8Array(0)), false);
  assertEquals([isTlsAlert(Uint8Array.of(0x15, 3, 3)), isTlsAlert(Uint8Array.of(0x15))], [true, false]);
});

/** What people and scripts begin with. */
const OURS = [
  "",
  "hello",
  "/name alice",
  '/hello {"name":"alice"}',
  "/hello\0 {}",
  "a\0b",
  "grüße, 日本語 👍🏽",
  "\ufffd\ufffd bad bytes",
  "\x1b[A\x1b[31mred\x07",
  "\x03/msg bob hi",
  "GET off my lawn",
  "I read GET / HTTP/1.1",
  "PROXY settings?",
  "SSH-keys are in the drawer",
  "nick alice",
  "connect me to 10.0.0.1",
  "* waves",
  "HELP",
  "get / HTTP/1.1",
  "TCP/IP 4 ever",
  "s3cret",
];

Deno.test("detectLine() and detectPartial() take nothing that people begin with for another protocol", () => {
  for (const line of OURS) {
    assertEquals(
      [detectLine(line), detectPartial(new TextEncoder().encode(line))],
      [undefined, undefined],
      line,
    );
  }
});

Deno.test("detectLine() takes no time for a line that is made to take long", () => {
  const start = performance.now();
  for (const char of ["\x01", "\0", "A", "A-", "a \0"]) detectLine(char.repeat(32_000 / char.length));
  const took = performance.now() - start;
  if (took > 300) throw new Error(`it took ${took} ms`);
});
