/** A folder that lasts as long as a test. */
export class Folder implements AsyncDisposable {
  readonly path: string;
  /** What a program is permitted that reads and writes there. */
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
