/** A block of code of a page. */
export interface Block {
  /** The heading above it, without its marks. */
  readonly heading: string;
  /** What stands behind its opening marks, such as `sh`. */
  readonly language: string;
  readonly text: string;
}

/** The blocks of code of a page, in their order. */
export function blocksOf(page: string): readonly Block[] {
  const parts = page.matchAll(/^#+ (?<heading>.+)$|^```(?<language>\w*)\n(?<text>[\s\S]*?)^```$/gm);
  let heading = "";
  return [...parts].flatMap(({ groups = {} }) => {
    if (groups["heading"] !== undefined) heading = groups["heading"];
    const { language, text } = groups;
    return language === undefined || text === undefined ? [] : [{ heading, language, text }];
  });
}

/** Whether a block is only for AWS: its first line says so. */
export const needsAws = ({ text }: Block): boolean => text.startsWith("# needs AWS");
