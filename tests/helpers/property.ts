/**
 * The library for tests of properties. It is imported by its full name because what is in the import map ends up in the
 * executables.
 *
 * @module
 */
// deno-lint-ignore no-import-prefix
import fc from "npm:fast-check@4.3.0";

// The same cases each time: what fails here fails everywhere. `deno task fuzz` tries more of them.
fc.configureGlobal({ numRuns: setting("PROPERTY_RUNS") ?? 250, seed: 6 });

function setting(name: string): number | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  const value = state === "granted" ? Deno.env.get(name) : undefined;
  return value === undefined ? undefined : Number(value);
}

export { fc };
