/**
 * Resolves after `ms` milliseconds, or rejects when the signal is aborted. Stands for `@std/async/delay` in the page, where
 * what that does for programs would take more bytes than this.
 */
export function delay(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
