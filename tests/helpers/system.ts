import { delay } from "@std/async/delay";

/** A folder that lasts as long as a test. */
export class Folder implements AsyncDisposable {
  readonly path: string;
  /** The flags that permit a program to read and write there. */
  readonly permissions: string[];

  private constructor(path: string) {
    this.path = path;
    this.permissions = [`--allow-read=${path}`, `--allow-write=${path}`];
  }

  /** Makes one with these files, which only their owner may read. */
  static async make(files: Record<string, string> = {}): Promise<Folder> {
    const folder = new Folder(await Deno.makeTempDir());
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(folder.file(name), text, { mode: 0o600 });
    }
    return folder;
  }

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.path}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** A port of 127.0.0.1 on which nobody listens. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** How long to wait for files to be closed, and how often to look, in milliseconds. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 50;

/** How often it looks the same once it has settled. */
const SETTLED_LOOKS = 5;

/** How many file descriptors a process has open. Waits, for a while, until there are `atMost` of them. */
export async function openFiles(pid: number, atMost = Infinity): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  while (true) {
    const count = (await output("ls", `/proc/${pid}/fd`)).trim().split("\n").length;
    if (count <= atMost || performance.now() > deadline) return count;
    await delay(LOOK_MS);
  }
}

/** How many file descriptors a process has open once that no longer changes: it may still load what it is made of. */
export async function settledFiles(pid: number): Promise<number> {
  let last = -1;
  for (let same = 0; same < SETTLED_LOOKS;) {
    const count = await openFiles(pid);
    same = count === last ? same + 1 : 0;
    last = count;
    await delay(LOOK_MS);
  }
  return last;
}

/** The peak memory of a process so far, in MiB. */
export async function peakMemory(pid: number): Promise<number> {
  return await memory(pid, "VmHWM");
}

/** The resident memory of a process, in MiB. */
export async function residentMemory(pid: number): Promise<number> {
  return await memory(pid, "VmRSS");
}

/** The processor time that a process has used so far, in seconds. */
export async function processorTime(pid: number): Promise<number> {
  const fields = (await output("cat", `/proc/${pid}/stat`)).split(") ")[1].split(" ");
  // In user mode and in the kernel, in hundredths of a second (proc(5): fields 14 and 15).
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function memory(pid: number, field: string): Promise<number> {
  const status = await output("cat", `/proc/${pid}/status`);
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024;
}

/** The output of a program. Deno itself reads nothing of /proc without all permissions. */
async function output(program: string, argument: string): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [argument] }).output();
  return new TextDecoder().decode(stdout);
}
