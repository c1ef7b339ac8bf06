// deno-lint-ignore-file no-explicit-any
// Types of the parts of @std that parley uses. The npm packaging of these modules has none; whoever points the
// import map at jsr: removes this file from "compilerOptions" in deno.json, because it would win over theirs.

// Deno has these, and its types do since some version after 2.6. To import them from "node:timers" takes 3 ms at the start.
declare function setImmediate(run: () => void): unknown;
declare function clearImmediate(immediate: unknown): void;

declare module "@std/assert" {
  export function assert(value: unknown, message?: string): asserts value;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertThrows<E extends Error>(
    run: () => unknown,
    type?: new (...args: any[]) => E,
    part?: string,
  ): E;
  export function assertRejects<E extends Error>(
    run: () => PromiseLike<unknown>,
    type?: new (...args: any[]) => E,
    part?: string,
  ): Promise<E>;
}

declare module "@std/async/deadline" {
  export function deadline<T>(
    promise: Promise<T>,
    ms: number,
    options?: { signal?: AbortSignal },
  ): Promise<T>;
}

declare module "@std/async/delay" {
  export function delay(ms: number, options?: { signal?: AbortSignal; persistent?: boolean }): Promise<void>;
}

declare module "@std/cli/parse-args" {
  export function parseArgs(args: string[], options?: {
    string?: string[];
    boolean?: string[];
    alias?: Record<string, string | string[]>;
    collect?: string[];
    default?: Record<string, unknown>;
    stopEarly?: boolean;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }): { _: string[]; [flag: string]: any };
}

declare module "@std/data-structures/deque" {
  export class Deque<T> implements Iterable<T> {
    constructor(values?: Iterable<T>);
    readonly length: number;
    at(index: number): T | undefined;
    pushBack(...values: T[]): number;
    popFront(): T | undefined;
    [Symbol.iterator](): IterableIterator<T>;
  }
}

declare module "@std/fmt/colors" {
  export function setColorEnabled(value: boolean): void;
  export function bold(text: string): string;
  export function dim(text: string): string;
  export function inverse(text: string): string;
  export function red(text: string): string;
  export function rgb8(text: string, color: number): string;
  export function stripAnsiCode(text: string): string;
}

declare module "@std/streams/text-line-stream" {
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR: boolean });
  }
}

declare module "@std/text/closest-string" {
  export function closestString(word: string, candidates: ReadonlyArray<string>): string;
}

declare module "@std/bytes/concat" {
  export function concat(buffers: Iterable<Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer>;
}

declare module "@std/text/levenshtein-distance" {
  export function levenshteinDistance(a: string, b: string): number;
}
