/** The most files about servers, damaged ones included. */
const MAX_FILES = 1000;

/** How old, in milliseconds, the unfinished file of a client that was killed is for certain. */
const UNFINISHED_MS = 60_000;

/**
 * Removes what clients that were killed left unfinished, and the files about servers that were written longest ago if
 * there are too many; never `path`.
 */
export async function tidy(folder: string, path: string): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile) names.push(`${folder}/${name}`);
  for (const { path, time } of await withTimes(names.filter((name) => name.endsWith(".tmp")))) {
    if (time < Date.now() - UNFINISHED_MS) await Deno.remove(path);
  }
  const files = names.filter((name) => /\.json(?:\.damaged(?:-\d)?)?$/.test(name));
  if (files.length <= MAX_FILES) return;
  const newestFirst = (await withTimes(files)).sort((one, other) => other.time - one.time);
  for (const old of newestFirst.slice(MAX_FILES)) if (old.path !== path) await Deno.remove(old.path);
}

/** The files with the times at which they were written, in milliseconds since 1970. */
async function withTimes(paths: string[]): Promise<{ path: string; time: number }[]> {
  return await Promise.all(paths.map(async (path) => {
    const { mtime } = await Deno.lstat(path);
    return { path, time: mtime?.getTime() ?? 0 };
  }));
}
