/** A name as the client compares it: regardless of case, and of how it is put together of code points. */
export function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
