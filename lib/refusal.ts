/** Says, in a sentence for whoever asked, why something is not done. Nothing is wrong with the server. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
