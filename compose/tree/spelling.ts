/** The word that was probably meant: it differs by at most two letters, and by at most a third of its letters. */
export function closest(given: string, known: readonly string[]): string | undefined {
  const near = known
    .map((word) => ({ word, distance: distance(given.toLowerCase().replaceAll("-", "_"), word) }))
    .filter(({ word, distance: far }) => far <= Math.min(2, Math.ceil(word.length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** How many letters have to be added, removed or replaced, two swapped neighbours counting once. */
function distance(a: string, b: string): number {
  // People rarely misspell the beginning of a word, and there may be thousands of words to compare.
  if (a[0] !== b[0] && a[1] !== b[1] && a[0] !== b[1]) return Infinity;
  if (Math.abs(a.length - b.length) > 2 || Array.from(a).filter((letter) => !b.includes(letter)).length > 2)
    return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
