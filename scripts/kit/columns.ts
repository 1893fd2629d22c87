const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The number of terminal columns of a text: East Asian wide characters and emoji take two. */
export const columnsOf = (text: string): number =>
  [...graphemes.segment(text)].reduce((sum, { segment }) => sum + widthOf(segment), 0);

/** A text on one line, cut to a maximum number of columns; three dots show that it was cut. */
export function shortened(text: string, columns: number): string {
  // Control characters, for example of a commit message, must not move the cursor.
  const plain = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
  if (columnsOf(plain) <= columns) return plain;
  const dots = "...".slice(0, Math.max(0, columns));
  let [kept, left] = ["", columns - dots.length];
  for (const { segment } of graphemes.segment(plain)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}${dots}`;
}

/** Unicode, "East Asian Width" (UAX #11): the wide blocks, and the characters that are shown as emoji. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const widthless = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const widthOf = (grapheme: string): number => (widthless.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1);
