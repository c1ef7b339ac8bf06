/** An error whose message is a sentence for whoever caused it: what happened, to what, and what to do. It needs no stack trace. */
export class ExplainedError extends Error {
  /** `cause`, in the options, is the original error, for whoever debugs. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Says, in a sentence for whoever asked, why a request is refused. Nothing is wrong with the server. */
export class Refusal extends ExplainedError {}

/**
 * Runs something that may be refused; returns the reason if it was.
 *
 * @throws every error other than a refusal
 */
export function refusalOf(run: () => void): string | undefined {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.message;
  }
}
