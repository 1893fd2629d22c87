import { blocksOf, proseOf, textOf } from "./pages.ts";

/** A command of a page. */
export interface Command {
  readonly page: string;
  readonly line: number;
  /** Its words, without quotes. */
  readonly words: readonly string[];
}

/** The commands in the `sh` blocks of a page; those that `&&` or `|` joins are separate ones. */
export function commandsOf(page: string, text = textOf(page)): readonly Command[] {
  return blocksOf(text)
    .filter(({ language }) => language === "sh")
    .flatMap(({ lines, line: first }) =>
      wholeLines(lines).flatMap(({ text, index }) =>
        split(text).map((words) => ({ page, line: first + index, words })),
      ),
    )
    .filter(({ words }) => words.length > 0);
}

/** The commands of this project's command line that a page names within a sentence. */
export function namedCommandsOf(page: string, text = textOf(page)): readonly Command[] {
  return [...proseOf(text).matchAll(/`((?:npm run (?:release|compose) --|npx compose-ecs-pipeline)\s[^`…]*[^`… ])`/g)]
    .filter(([, code = ""]) => !/\bVERB\b/.test(code))
    .flatMap(([, code = ""]) => split(code.replaceAll(/\s+/g, " ")).map((words) => ({ page, line: 0, words })));
}

/** The lines of a block, each with the lines that continue it after a backslash. */
function wholeLines(lines: readonly string[]): readonly { readonly text: string; readonly index: number }[] {
  const whole: { text: string; index: number }[] = [];
  let open = false;
  for (const [index, line] of lines.entries()) {
    const last = whole.at(-1);
    const text = line.replace(/\\$/, " ");
    if (open && last !== undefined) last.text += text;
    else whole.push({ text, index });
    open = line.endsWith("\\");
  }
  return whole;
}

/** The words of each command in a line. A comment ends the line; quotes keep what is between them together. */
function split(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [token] of line.trim().matchAll(/#.*|(?:"(?:\\.|[^"])*"|'[^']*'|\$\([^)]*\)|[^\s"'])+/g)) {
    if (token.startsWith("#")) break;
    if (token === "&&" || token === "|") commands.push([]);
    else commands.at(-1)?.push(token.replaceAll(/^(["'])(.*)\1$/g, "$2"));
  }
  return commands;
}
