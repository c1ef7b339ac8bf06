/** Says, in a sentence for whoever asked, why something is not done. Nothing is wrong with the server. */
export class Refusal extends Error {
  /** The name of the class. */
  override readonly name = "Refusal";
}
