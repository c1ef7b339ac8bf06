/** Names a permission the way the command line does. */
export type Need = "net" | "run" | "read" | "write" | "env" | "sys";

/** What a test cannot do without. */
export interface Needs {
  permissions: Need[];
  /** Other things, each with whether it is there. */
  others?: Record<string, boolean>;
}

/**
 * Registers a test that needs something. Where it is not there the test is ignored, and its name says why: a bare
 * `deno test` grants no permissions, `deno task test` grants all.
 */
export function testWith(
  needs: Need[] | Needs,
  name: string,
  run: (test: Deno.TestContext) => void | Promise<void>,
): void {
  const { permissions, others = {} } = Array.isArray(needs) ? { permissions: needs } : needs;
  const missing = [
    ...permissions
      .filter((need) => Deno.permissions.querySync({ name: need }).state !== "granted")
      .map((need) => `--allow-${need}`),
    ...Object.keys(others).filter((what) => !others[what]),
  ];
  const because = missing.length > 0 ? ` (needs ${missing.join(", ")})` : "";
  Deno.test({ name: name + because, ignore: missing.length > 0, fn: run });
}

/** Where a program of this name is; none where it is not installed, or may not be looked for. */
export function findProgram(name: string): string | undefined {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return;
  const { success, stdout } = new Deno.Command("sh", { args: ["-c", `command -v ${name}`] }).outputSync();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}
