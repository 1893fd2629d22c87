/** A list in parts of at most so many, which is what one call of AWS takes. */
export const pagesOf = <T>(list: readonly T[], size: number): readonly T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, page) => list.slice(page * size, (page + 1) * size));
