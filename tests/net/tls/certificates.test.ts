import { assert, assertEquals } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { fingerprintsIn, makeCertificate } from "../../../lib/net/tls/certificates.ts";
import { formatFingerprint, parseFingerprint } from "../../../lib/net/tls/fingerprint.ts";

const HEX = "0123456789ABCDEF".repeat(4);
const USUAL = HEX.match(/../g)!.join(":");

Deno.test("makeCertificate() makes a new one each time, for its name and these addresses", async () => {
  const [one, other] = [
    await makeCertificate(["192.168.55.13", "fd00::1", "0.0.0.0", "localhost"]),
    await makeCertificate([]),
  ];
  assert(one.key !== other.key && one.cert !== other.cert);
  const certificate = new X509Certificate(one.cert);
  assertEquals(certificate.ca, false);
  for (const name of ["DNS:parley", "DNS:localhost", "IP Address:192.168.55.13"]) {
    assert(certificate.subjectAltName?.includes(name), certificate.subjectAltName);
  }
  const years = (Date.parse(certificate.validTo) - Date.now()) / (365.25 * 24 * 3600 * 1000);
  assert(years > 9 && years < 11, certificate.validTo);
});

Deno.test("fingerprintsIn() is what openssl shows as SHA-256, for each certificate in a file", async () => {
  const [{ cert: one }, { cert: other }] = [await makeCertificate([]), await makeCertificate([])];
  const expected = [one, other].map((pem) => new X509Certificate(pem).fingerprint256.replaceAll(":", ""));
  assertEquals(fingerprintsIn(`some words\n${one}\r\n${other}`), expected);
});

for (const pem of ["", "nonsense", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"]) {
  Deno.test(`fingerprintsIn() finds none in "${pem.slice(0, 12)}…${pem.length}"`, () => {
    assertEquals(fingerprintsIn(pem), []);
  });
}

for (
  const given of [
    HEX,
    USUAL,
    HEX.toLowerCase(),
    ` sha256:${USUAL} `.trim(),
    HEX.replace(/^.{32}/, "$& "),
    formatFingerprint(HEX),
  ]
) {
  Deno.test(`parseFingerprint() reads ${given}`, () => assertEquals(parseFingerprint(given), HEX));
}

for (
  const given of [
    "0123456789ABCDEF",
    "01:23:45:67:89:ab:cd:ef",
    "0123 4567 89ab cdef",
    "sha256:0123456789abcdef",
  ]
) {
  Deno.test(`parseFingerprint() reads the beginning ${given}`, () => {
    assertEquals(parseFingerprint(given), "0123456789ABCDEF");
  });
}

Deno.test("formatFingerprint() shows groups of four", () => {
  assertEquals(formatFingerprint(HEX).split(" "), Array(4).fill(["0123", "4567", "89AB", "CDEF"]).flat());
  assertEquals(formatFingerprint("0123456789ABCDEF01"), "0123 4567 89AB CDEF 01");
});

for (
  const given of [
    "",
    "abc",
    HEX.slice(0, 15),
    "0123 4567 89AB CDE",
    `${HEX}0`,
    HEX.replace("F", "G"),
    "constructor",
  ]
) {
  Deno.test(`parseFingerprint() refuses "${given}"`, () => assertEquals(parseFingerprint(given), undefined));
}
