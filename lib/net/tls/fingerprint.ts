/** The fewest digits that a fingerprint may be compared by: a forged certificate that begins with them takes 2^64 tries. */
export const MIN_FINGERPRINT = 16;

/** The digits of a SHA-256 fingerprint. */
const MAX_FINGERPRINT = 64;

/**
 * Reads a fingerprint, or how one begins, as people write it: in upper or lower case, with or without colons and spaces.
 * Returns its digits in upper case, or `undefined` if they are too few, too many, or no hexadecimal digits.
 */
export function parseFingerprint(text: string): string | undefined {
  const hex = text.replace(/^sha256:/i, "").replaceAll(/[:\s]/g, "").toUpperCase();
  return /^[0-9A-F]+$/.test(hex) && hex.length >= MIN_FINGERPRINT && hex.length <= MAX_FINGERPRINT
    ? hex
    : undefined;
}

/** A fingerprint as it is shown: its digits in groups of four, which can be read aloud and compared. */
export function formatFingerprint(hex: string): string {
  return hex.match(/.{1,4}/g)!.join(" ");
}
