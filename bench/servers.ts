/** A server that is measured. */
export interface Server {
  /** What the report calls it. */
  name: string;
  /** The command that starts it at this port of 127.0.0.1; `folder` is its own, and empty. */
  command(port: number, folder: string): string[] | Promise<string[]>;
  /** Whether it speaks IRC: a large room of it takes most of a minute to gather, and is measured once. */
  irc?: boolean;
  /** Whether all come to it as browsers do, over WebSocket. */
  websocket?: boolean;
  /** What a connection says at once so that it is greeted without a wait for who it may be. */
  first?: string;
}

const ROOT = new URL("../", import.meta.url).pathname;

/** The programs that the benchmark builds for itself. */
export interface Built {
  /** The load. */
  load: string;
  /** One loop in C that does nothing but fan out. */
  limit: string;
}

/** Builds them, with the C compiler of the system, into a folder. */
export async function build(folder: string): Promise<Built> {
  const built = { load: `${folder}/load`, limit: `${folder}/limit` };
  const source = (name: string) => `${ROOT}bench/native/${name}.c`;
  await compile(built.load, ["load", "talk", "rooms", "gather", "sockets"].map(source));
  await compile(built.limit, [source("limit")]);
  return built;
}

async function compile(output: string, sources: string[]): Promise<void> {
  const { success } = await run(["cc", "-O2", "-Wall", "-Wextra", "-o", output, ...sources]);
  if (!success) throw new Error("the load cannot be built: install a C compiler (cc)");
}

/** Runs a command to its end; gives what it printed. */
export async function run(command: string[]): Promise<{ success: boolean; output: string }> {
  const [program, ...args] = command;
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
    if (!success) await Deno.stderr.write(stderr);
    return { success, output: new TextDecoder().decode(stdout).trim() };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, output: "" };
  }
}

/** Parley, with these flags besides; nothing is limited, as the load comes from few addresses. */
export function parley(
  name: string,
  flags: (folder: string) => string[] = () => [],
  engine: string[] = [],
): Server {
  const server = `${ROOT}server.ts`;
  const rest = ["--rate", "0", "--max-clients", "20000", "--quiet"];
  return {
    name,
    first: "\n",
    command: (port, folder) => [
      Deno.execPath(),
      "run",
      ...engine,
      "-A",
      server,
      "127.0.0.1",
      `${port}`,
      ...rest,
      ...flags(folder),
    ],
  };
}

/** The limit. */
export function limit({ limit }: Built): Server {
  return { name: "limit", command: (port) => [limit, `${port}`] };
}

/** A loop in Deno that accepts, reads, and writes what it read to everyone else. */
export const BARE: Server = {
  name: "bare Deno",
  command: (port) => [Deno.execPath(), "run", "--allow-net", `${ROOT}bench/bare.ts`, `${port}`],
};

/** The others that are installed. `original`: the file of the Python program that this one goes back to. */
export async function peers(original: string): Promise<Server[]> {
  const found: Server[] = [];
  if (await exists(original)) {
    found.push({ name: "Python", command: (port) => ["python3", original, "127.0.0.1", `${port}`] });
  }
  if ((await run(["which", "ncat"])).success) {
    const flags = ["--chat", "--max-conns", "5000"];
    found.push({ name: "ncat --chat", command: (port) => ["ncat", "-l", ...flags, "127.0.0.1", `${port}`] });
  }
  if ((await run(["which", "ngircd"])).success) found.push({ name: "ngircd", irc: true, command: ngircd });
  return found;
}

async function ngircd(port: number, folder: string): Promise<string[]> {
  const config = `${folder}/ngircd.conf`;
  await Deno.writeTextFile(
    config,
    `[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
Ports = ${port}
ServerUID = root
ServerGID = root
PidFile = ${folder}/ngircd.pid
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`,
  );
  return ["ngircd", "--nodaemon", "--config", config];
}

/** Whether there is such a file. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
