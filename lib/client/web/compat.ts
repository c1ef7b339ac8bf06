/**
 * What the core needs and browsers of the last three years do not all have. Import it before anything else.
 *
 * @module
 */

if (Symbol.dispose === undefined) Object.defineProperty(Symbol, "dispose", { value: Symbol("dispose") });

Promise.withResolvers ??= function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((yes, no) => [resolve, reject] = [yes, no]);
  return { promise, resolve, reject };
};
