import { readFileSync } from "node:fs";
import { compiled } from "../../components/plain.ts";

/** The program of a team that leaves it to the package. */
export const shortProgram = `import { deliver } from "compose-ecs-pipeline";
export const { url, environment } = await deliver();
`;

/** This repository's index.ts; the package has it under another name. */
const source = compiled ? "../../own-program.ts" : "../../index.ts";

/** This repository's own program, with the package in place of its folders. */
export function ownProgram(text = readFileSync(new URL(source, import.meta.url), "utf8")): string {
  const imports = [...text.matchAll(/^import \{([^}]*)\} from "\.\/[^"]+";\n/gm)];
  const names = imports.flatMap(([, list = ""]) =>
    list
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  );
  const rest = imports.reduce((current, [statement]) => current.replace(statement, ""), text);
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "compose-ecs-pipeline";\n${rest}`;
}
