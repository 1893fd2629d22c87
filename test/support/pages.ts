import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A fenced block of a page, with the line number of its first line. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
  readonly line: number;
}

/** A link of a page to another file or to a heading. */
export interface Link {
  readonly target: string;
  /** Path of the file that it leads to, from the repository's root. */
  readonly file: string;
  /** @default - the page as a whole */
  readonly anchor?: string;
}

/** Every page that people read, from the repository's root; CHANGELOG.md names files as they were. */
export const pages: readonly string[] = [
  ...globSync(["*.md", "{docs,examples,local-cloud,compose,policy}/**/*.md"], { exclude: ["**/node_modules/**"] }),
]
  .filter((page) => page !== "CHANGELOG.md")
  .toSorted();

/** The text of a page. */
export const textOf = (page: string): string => readFileSync(page, "utf8");

/** The fenced blocks of a text, in their order. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: { language: string; lines: string[]; line: number }[] = [];
  let open: (typeof blocks)[number] | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open !== undefined) open = undefined;
    else blocks.push((open = { language: fence[1] ?? "", lines: [], line: index + 2 }));
  }
  return blocks;
}

/** A text without its fenced blocks. */
export const proseOf = (text: string): string => text.replaceAll(/^\s*```[^]*?^\s*```$/gm, "");

/** The headings of a text, each with its level. */
export const headingsOf = (text: string): readonly { readonly level: number; readonly title: string }[] =>
  [...proseOf(text).matchAll(/^(#+) (.*)$/gm)].map(([, marks = "", title = ""]) => ({ level: marks.length, title }));

/** The anchors that GitHub gives the headings of a text. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { title } of headingsOf(text)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The links of a page that stay in the repository. */
export function linksOf(page: string, text = textOf(page)): readonly Link[] {
  const targets = [...proseOf(text).matchAll(/(?:\]\(|<img[^>]* src="|<source[^>]* srcset="|<a href=")([^)\s"]+)/g)];
  return targets
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      return { target, file, ...(anchor !== undefined && { anchor }) };
    });
}
