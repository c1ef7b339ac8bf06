/** The exit code of a program that a signal ended, as shells have it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** One of the standard streams. */
export interface Stream {
  /** Whether it is a terminal now. */
  isTerminal(): boolean;
}

/** What {@linkcode stopOnSignals} takes. */
export interface SignalOptions {
  /** The streams whose terminal the program depends on. */
  streams: readonly Stream[];
  /** The exit code after a second signal; that of the signal by default. */
  secondCode?: number;
}

/** How a program is asked to stop. */
export interface Stop {
  /** Aborted by the first request, with the exit code as its reason. */
  readonly signal: AbortSignal;
  /** Does what SIGINT does: for a terminal that gives Ctrl-C as a key. */
  interrupt(): void;
}

/**
 * Returns a signal that the first SIGINT or SIGTERM aborts, with the exit code as its reason; a second one ends the
 * process at once. SIGHUP aborts it only if a terminal that the program depends on is gone. Otherwise SIGHUP is ignored:
 * Deno takes it over with the first listener for any signal, even under `nohup`, and nothing tells whether it was to be
 * ignored; but `nohup` leaves the program no terminal.
 */
export function stopOnSignals({ streams, secondCode }: SignalOptions): Stop {
  const terminals = streams.filter((stream) => stream.isTerminal());
  const stop = new AbortController();
  const request = (name: "SIGINT" | "SIGTERM") => {
    if (stop.signal.aborted) Deno.exit(secondCode ?? EXIT_CODES[name]);
    stop.abort(EXIT_CODES[name]);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => request(name));
  // It comes twice when a terminal is closed: from the kernel, and from the shell.
  Deno.addSignalListener("SIGHUP", () => {
    if (terminals.some(isGone)) stop.abort(EXIT_CODES.SIGHUP);
  });
  return { signal: stop.signal, interrupt: () => request("SIGINT") };
}

/** Whether a stream that was a terminal is none any more. Windows sends SIGHUP only when its console is closed. */
function isGone(terminal: Stream): boolean {
  return Deno.build.os === "windows" || !terminal.isTerminal();
}
