/** Says, in a sentence for whoever asked, why something is not done. Nothing is wrong with the server. */
export class Refusal extends Error {
  /** The name of the class. */
  override readonly name = "Refusal";
}

/**
 * Runs something that may be refused; gives the reason where it was.
 *
 * @throws every error that is no refusal
 */
export function refusalOf(run: () => void): string | undefined {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.message;
  }
}
