/**
 * The library for tests of properties. It is imported by its full name because what is in the import map ends up in the
 * executables.
 *
 * @module
 */
// deno-lint-ignore no-import-prefix
import fc from "npm:fast-check@4.3.0";

// The same cases each time: what fails here fails everywhere.
fc.configureGlobal({ numRuns: 1000, seed: 6 });

export { fc };
