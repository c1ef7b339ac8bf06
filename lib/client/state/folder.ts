import { quote } from "../../cli/permissions.ts";

/** Where a client keeps what it remembers, or why it cannot, in a sentence. */
export type Folder = { path: string; reason?: undefined } | { path?: undefined; reason: string };

/** What the folder depends on. */
export interface Surroundings {
  /** The operating system, as Deno names it. */
  os: typeof Deno.build.os;
  /** The value of an environment variable; empty if it is unset, `undefined` if it must not be read. */
  env(variable: string): string | undefined;
  /** Whether a folder and what is in it may be read or written. */
  mayUse(access: "read" | "write", path: string): boolean;
}

/** Those of this process. Permissions are looked up first: to use one that is missing would prompt for it. */
const REAL: Surroundings = {
  os: Deno.build.os,
  env(variable) {
    if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return;
    return Deno.env.get(variable) ?? "";
  },
  mayUse(name, path) {
    return Deno.permissions.querySync({ name, path }).state === "granted";
  },
};

/** Where an operating system wants such a folder. */
interface Convention {
  /** The variables that decide, the first one with an absolute path. */
  variables: readonly [name: string, below: string][];
  isAbsolute: RegExp;
  /** The usual folder, as a shell takes it. */
  usual: string;
}

const UNIX: Convention = {
  variables: [["XDG_STATE_HOME", "/parley"], ["HOME", "/.local/state/parley"]],
  isAbsolute: /^\//,
  usual: '"$HOME/.local/state/parley"',
};

const MACOS: Convention = {
  variables: [["HOME", "/Library/Application Support/parley"]],
  isAbsolute: /^\//,
  usual: '"$HOME/Library/Application Support/parley"',
};

const WINDOWS: Convention = {
  variables: [["LOCALAPPDATA", "\\parley"]],
  isAbsolute: /^(?:[a-z]:[\\/]|\\\\)/i,
  // As PowerShell takes it.
  usual: '"$env:LOCALAPPDATA\\parley"',
};

/** Finds the folder in which a client keeps what it remembers; it need not exist. Never prompts. */
export function findStateFolder({ os, env, mayUse }: Surroundings = REAL): Folder {
  const convention = os === "windows" ? WINDOWS : os === "darwin" ? MACOS : UNIX;
  const names = convention.variables.map(([name]) => name);
  for (const [name, below] of convention.variables) {
    const value = env(name);
    if (value === undefined) return { reason: needed(names, convention.usual) };
    if (!convention.isAbsolute.test(value)) continue;
    const path = value.replace(/[\\/]+$/, "") + below;
    if (mayUse("read", path) && mayUse("write", path)) return { path };
    return { reason: needed(names, quote(path.replaceAll(",", ",,"))) };
  }
  return { reason: `nothing is remembered on this machine: ${names.join(" and ")} name no folder` };
}

function needed(variables: string[], path: string): string {
  const flags = [`--allow-env=${variables.join()}`, `--allow-read=${path}`, `--allow-write=${path}`];
  return `the client may remember nothing on this machine; to change that, start it with: ${flags.join(" ")}`;
}
