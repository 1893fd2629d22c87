import { relative, resolve } from "node:path";
import { run } from "../compose/cli.ts";
import type { NewFile } from "./infra-files.ts";
import { folderAt } from "./look.ts";

/** What `compose check` says about an environment, with the files that are made or would be made. */
export function verdict(
  environment: string,
  place: { readonly folder: string; readonly directory: string },
  made: readonly NewFile[],
): { readonly passes: boolean; readonly lines: readonly string[] } {
  const texts = new Map(
    made.flatMap(({ path, content }) =>
      "text" in content ? [[resolve(place.folder, path), content.text] as const] : [],
    ),
  );
  const program = resolve(place.folder, place.directory);
  const here = folderAt(place.folder);
  // A path starts from the program's folder, or from the application's.
  const paths = (path: string) => [resolve(program, path), resolve(place.folder, path)];
  const exists = (path: string): boolean => texts.has(path) || here.exists(path);
  const [out, err]: [string[], string[]] = [[], []];
  const code = run(["check", "--stack", environment], {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    readFile: (path) =>
      paths(path)
        .map((one) => texts.get(one) ?? here.readFile(one))
        .find((text) => text !== undefined),
    exists: (path) => paths(path).some(exists),
    columns: 120,
    projectDirectory: () => program,
  });
  const first = out[0]?.split("\n").slice(0, 1) ?? [];
  return code === 0
    ? { passes: true, lines: first }
    : {
        passes: false,
        lines: err
          .flatMap((line) => line.split("\n"))
          .map((line) => line.replaceAll(`${relative(program, place.folder)}/`, "")),
      };
}
