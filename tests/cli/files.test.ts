import { assert, assertEquals, assertRejects } from "@std/assert";
import { FileError, readPassword, readText } from "../../lib/cli/files.ts";
import { testWith } from "../helpers/needs.ts";
import { Process } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";

const TEXT = "pässwört 午饭 🦀\nsecond line\n";

/** A text in UTF-16. */
function utf16(text: string, { littleEndian }: { littleEndian: boolean }): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const GOOD: [what: string, bytes: Uint8Array<ArrayBuffer>][] = [
  ["UTF-8", utf8(TEXT)],
  ["UTF-8 with a byte order mark", utf8(`\ufeff${TEXT}`)],
  ["UTF-16 LE with a byte order mark", utf16(`\ufeff${TEXT}`, { littleEndian: true })],
  ["UTF-16 BE with a byte order mark", utf16(`\ufeff${TEXT}`, { littleEndian: false })],
];

for (const [what, bytes] of GOOD) {
  testWith(["read", "write"], `readText() reads ${what}`, async () => {
    await using folder = await Folder.make();
    await Deno.writeFile(folder.file("text"), bytes);
    assertEquals(await readText(folder.file("text")), TEXT);
    assertEquals((await readPassword(folder.file("text"))).password, "pässwört 午饭 🦀");
  });
}

const BAD: [what: string, bytes: Uint8Array<ArrayBuffer>][] = [
  ["UTF-16 LE without a byte order mark", utf16("secret\n", { littleEndian: true })],
  ["UTF-16 BE without a byte order mark", utf16("secret\n", { littleEndian: false })],
  ["half a UTF-16 character", utf16("\ufeffsecret\n", { littleEndian: true }).subarray(0, 7)],
  ["half a surrogate pair in UTF-16", utf16("\ufeff\ud83ex", { littleEndian: true })],
  ["UTF-32", new Uint8Array([0xff, 0xfe, 0, 0, 0x73, 0, 0, 0])],
  ["Latin-1", new Uint8Array([0x70, 0xe4, 0x73, 0x73, 0x0a])],
  ["binary data", new Uint8Array([0x30, 0x82, 0x01, 0x0a, 0x02, 0x82])],
  ["text with a NUL", utf8("secret\0\n")],
];

for (const [what, bytes] of BAD) {
  testWith(["read", "write"], `readText() refuses ${what} in a sentence`, async () => {
    await using folder = await Folder.make();
    await Deno.writeFile(folder.file("text"), bytes);
    await assertRejects(
      () => readText(folder.file("text")),
      FileError,
      "it is not text in UTF-8, or in UTF-16 with a byte order mark; save it as UTF-8",
    );
  });
}

testWith(["read", "write"], "readText() refuses a file that is far too large", async () => {
  await using folder = await Folder.make({ large: "" });
  await Deno.truncate(folder.file("large"), 5 * 1024 * 1024);
  await assertRejects(() => readText(folder.file("large")), FileError, "it is larger than 4 MiB");
});

testWith(["read", "write"], "readPassword() reads what can be typed: no control characters", async () => {
  await using folder = await Folder.make({ password: "a\tb\x1b\u200e c \t\r\nsecond line" });
  assertEquals((await readPassword(folder.file("password"))).password, "a b c");
});

testWith(
  ["read", "write", "run", "net"],
  "the file of every flag is decoded or refused, by the server and the client",
  async () => {
    await using folder = await Folder.make();
    await Deno.writeFile(folder.file("wide"), utf16("secret\n", { littleEndian: true }));
    await Deno.writeFile(folder.file("wide.key"), utf16("secret\n", { littleEndian: true }));
    const wide = folder.file("wide");
    const commands = [
      ["server.ts", "127.0.0.1", "0", "--password-file", wide],
      ["server.ts", "127.0.0.1", "0", "--cert", wide, "--key", folder.file("wide.key")],
      ["client.ts", "127.0.0.1", "1", "--password-file", wide],
      ["client.ts", "127.0.0.1", "1", "--ca", wide],
    ];
    for (const [program, ...args] of commands) {
      await using process = new Process(Deno.execPath(), [
        ...["run", "--no-prompt", "--allow-net", ...folder.permissions, program, ...args],
      ]);
      await process.endInput();
      const { code, errors } = await process.ended();
      assertEquals([code, errors], [
        1,
        `error: cannot read ${wide}: it is not text in UTF-8, or in UTF-16 with a byte order mark; save it as UTF-8\n`,
      ], `${program} ${args.join(" ")}`);
      assert(!errors.includes("    at "));
    }
  },
);
