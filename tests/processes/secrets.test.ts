import { assert, assertEquals, assertMatch } from "@std/assert";
import { findProgram, testWith } from "../helpers/needs.ts";
import { Process, runToEnd, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";
import { newIdentity } from "../helpers/tls.ts";

/** Starts a server that may read and write in a folder. */
function start(folder: Folder, ...args: string[]): Promise<ServerProcess> {
  return ServerProcess.start(args, folder);
}

/** Says one line as a client, and returns how that ended. */
async function say(server: ServerProcess, folder: Folder, args: string[]) {
  await using client = server.client(args, { permissions: folder.permissions });
  await client.say("hello");
  await client.endInput();
  return { lines: await client.rest(), ...await client.ended() };
}

const ALL = ["run", "net", "read", "write"] as const;

testWith([...ALL], "a password from a file lets the client in, and nobody without it", async () => {
  await using folder = await Folder.make({ password: "s3cret \t\r\nsecond line\n", wrong: "s3cre\n" });
  await using server = await start(folder, "--password-file", folder.file("password"));
  assertEquals(
    await server.next(),
    "the password and all that is said travel unencrypted: --cert FILE --key FILE encrypts them",
  );
  const right = await say(server, folder, ["--name", "alice", "--password-file", folder.file("password")]);
  assertEquals([right.code, right.errors, right.lines.at(-2)], [0, "", "<You> hello"]);
  const without = await say(server, folder, []);
  assertEquals([without.code, without.lines], [1, ["Welcome to this chatroom!"]]);
  assertMatch(without.errors, /^error: the room has a password, and none was given that is right/);
  const wrong = await say(server, folder, ["--password-file", folder.file("wrong")]);
  assertEquals(wrong.code, 1);
  assertMatch(wrong.errors, /^error: wrong password\nerror: the room has a password/);
  assert(!right.errors.includes("s3cret") && !server.seen.join().includes("s3cret"));
});

testWith(
  { permissions: [...ALL], others: { nc: findProgram("nc") !== undefined } },
  "a hundred who guess keep nobody out who comes from another address",
  async () => {
    await using folder = await Folder.make({ password: "s3cret" });
    await using server = await start(folder, "--password-file", folder.file("password"));
    const guess = `for i in $(seq 100); do echo guess | nc -w 3 127.0.0.1 ${server.port} & done; wait`;
    await using guessers = new Process("sh", ["-c", guess]);
    await guessers.until("error: wrong password; try again in 1 s");
    await using honest = new Process("nc", ["-s", "127.0.0.2", "127.0.0.1", `${server.port}`]);
    await honest.say("s3cret", "/name alice");
    await honest.until("-- you are alice");
    const wrong = [...guessers.seen, ...await guessers.rest()].filter((line) =>
      line.includes("wrong password; ")
    );
    assert(wrong.length >= 1 && wrong.length <= 3, `${wrong.length} guesses were heard`);
  },
);

testWith(
  [...ALL],
  "a certificate is made once, its key for its owner only, and known by its fingerprint",
  async () => {
    await using folder = await Folder.make();
    const files = ["--cert", folder.file("cert.pem"), "--key", folder.file("key.pem")];
    const fingerprints = [];
    for (let i = 0; i < 2; i++) {
      await using server = await start(folder, ...files);
      await server.until("SHA-256 fingerprint");
      const fingerprint = (await server.next())!;
      assertMatch(fingerprint, /^(?:[0-9A-F]{4} ){15}[0-9A-F]{4}$/);
      fingerprints.push(fingerprint);
      // The second time it is the same, and so is all else.
      if (i === 1) break;
      const groups = fingerprint.split(" ");
      for (
        const given of [[fingerprint], groups, groups.slice(0, 4), [
          groups.slice(0, 4).join(":").toLowerCase(),
        ]]
      ) {
        const { code, errors } = await say(server, folder, ["--fingerprint", ...given]);
        assertEquals([code, errors], [0, ""]);
      }
      const { code, errors } = await say(server, folder, ["--fingerprint", "0000 0000 0000 0000"]);
      assertEquals(code, 1);
      assertMatch(
        errors,
        /begins with (?:[0-9A-F]{4} ?){4}, not 0000 0000 0000 0000; nothing was sent to it/,
      );
    }
    assertEquals(fingerprints[0], fingerprints[1]);
    assertEquals((await Deno.stat(folder.file("key.pem"))).mode! & 0o777, 0o600);
  },
);

testWith([...ALL], "the client explains within two seconds that only one side speaks TLS", async () => {
  await using folder = await Folder.make();
  await using encrypted = await start(
    folder,
    "--cert",
    folder.file("cert.pem"),
    "--key",
    folder.file("key.pem"),
  );
  await using plain = await ServerProcess.start();
  for (
    const [server, args, why] of [
      [encrypted, [], /error: this server speaks TLS: start the client with --tls/],
      [encrypted, ["--follow"], /error: this server speaks TLS: start the client with --tls/],
      [plain, ["--tls"], /error: this server does not speak TLS: leave out --tls/],
      [plain, ["--fingerprint", "0".repeat(64)], /error: this server does not speak TLS/],
    ] as const
  ) {
    const began = performance.now();
    const { code, errors } = await say(server, folder, [...args]);
    assertEquals([code, why.test(errors)], [1, true], errors);
    assert(performance.now() - began < 2500, "it took more than two seconds and the start of the program");
  }
  assertEquals(plain.seen.filter((line) => line.includes("joined")), []);
});

const MISTAKES: [args: string[], files: Record<string, string>, why: RegExp][] = [
  [["--password-file", "none"], {}, /cannot read .*none: there is no such file/],
  [
    ["--password-file", "empty"],
    { empty: "  \t\nsecret\n" },
    /empty holds no password: its first line is empty/,
  ],
  [["--password-file", "."], {}, /cannot read .*: it is a folder/],
  [
    ["--cert", "cert", "--key", "key"],
    { cert: "x" },
    /cert is there and .*key is not: give both, or neither/,
  ],
  [["--cert", "cert", "--key", "key"], { key: "x" }, /key is there and .*cert is not/],
  [
    ["--cert", "cert", "--key", "key"],
    { cert: "x", key: "x" },
    /cert holds no certificate in the PEM format/,
  ],
  [["--cert", "no/cert", "--key", "no/key"], {}, /cannot write .*: there is no such file or folder/],
];

for (const [args, files, why] of MISTAKES) {
  testWith(
    [...ALL],
    `the server says what is wrong with ${args.join(" ")} given ${Object.keys(files)}`,
    async () => {
      await using folder = await Folder.make(files);
      const inFolder = args.map((arg) => arg.startsWith("--") ? arg : folder.file(arg));
      await using server = new Process(Deno.execPath(), [
        ...["run", "--no-prompt", "--allow-net", ...folder.permissions, "server.ts", "127.0.0.1", "0"],
        ...inFolder,
      ]);
      const { code, errors } = await server.ended();
      assertEquals([code, why.test(errors), errors.includes("    at ")], [1, true, false], errors);
      assertEquals(
        [...Deno.readDirSync(folder.path)].length,
        Object.keys(files).length,
        "files were left behind",
      );
    },
  );
}

testWith([...ALL], "a certificate and a key that do not belong together are refused", async () => {
  await using folder = await Folder.make();
  const [a, b] = [await newIdentity(), await newIdentity()];
  await Deno.writeTextFile(folder.file("a.cert"), a.cert);
  await Deno.writeTextFile(folder.file("b.key"), b.key, { mode: 0o600 });
  const args = ["--cert", folder.file("a.cert"), "--key", folder.file("b.key")];
  await using server = new Process(Deno.execPath(), [
    ...["run", "--no-prompt", "--allow-net", ...folder.permissions, "server.ts", "127.0.0.1", "0", ...args],
  ]);
  const { code, errors } = await server.ended();
  assertEquals([code, errors.trim()], [
    1,
    "error: cannot listen on 127.0.0.1 port 0: the certificate and the key do not belong together",
  ]);
});

testWith([...ALL], "a file that everyone can read is warned of", async () => {
  await using folder = await Folder.make({ password: "s3cret" });
  await Deno.chmod(folder.file("password"), 0o644);
  const server = await start(folder, "--password-file", folder.file("password"));
  await using _ = server;
  server.kill("SIGTERM");
  assertMatch(
    (await server.ended()).errors,
    /^warning: everyone on this machine can read .*password; chmod 600/,
  );
});

testWith(["run", "net"], "a missing permission is named by its flag, and nothing is asked", async () => {
  for (
    const [script, args, flag] of [
      ["server.ts", ["127.0.0.1", "0", "--password-file", "password"], "--allow-read=password"],
      ["server.ts", ["127.0.0.1", "0", "--cert", "c", "--key", "k"], "--allow-read=c,k --allow-write=c,k"],
      ["client.ts", ["127.0.0.1", "1", "--password-file", "password"], "--allow-read=password"],
    ] as const
  ) {
    const { code, errors } = await runToEnd(script, [...args]);
    assertEquals([code, errors.includes(`; start it with: deno run --allow-net ${flag} ${script} `)], [
      1,
      true,
    ], errors);
  }
});
