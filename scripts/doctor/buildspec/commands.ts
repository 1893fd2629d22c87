import { valueOf, type Mapping, type Position, type Report, type Value } from "../../../compose/index.ts";

const newBuildspec =
  "copy the lines of this version's buildspec.yml, or make the setting buildspec empty and run `pulumi up`";

/** Reports a buildspec that runs nothing, and commands that no longer work. */
export function checkCommands(root: Mapping, text: string, report: Report): void {
  const phases = valueOf(root, "phases");
  if (phases?.kind !== "mapping") return;
  const commands = phases.entries.flatMap(({ value: phase }) =>
    phase.kind === "mapping" ? ["commands", "finally"].flatMap((key) => textsOf(valueOf(phase, key))) : [],
  );
  // The syntax requires commands in each of the other phases.
  if (commands.length === 0 && phases.entries.every(({ key }) => key === "install")) {
    report(phases.at, "phases: no phase has a command; add commands to one");
  }
  for (const command of commands) {
    for (const { when, say } of outdated) {
      const at = when.exec(command.text)?.index;
      if (at !== undefined) report(lineOf(command, at, text), say);
    }
  }
}

/**
 * Commands that no longer work, and what to write instead (CodeBuild user guide, "Docker images provided by CodeBuild";
 * AWS CLI 2 migration guide; Docker, "Migrate to Compose v2"; the last two are those of buildspec.yml before format 2).
 */
const outdated: readonly { readonly when: RegExp; readonly say: string }[] = [
  {
    when: /\baws\s+ecr\s+get-login(?!-)/,
    say: "`aws ecr get-login` no longer exists; write `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY`",
  },
  {
    when: /\bpip3?\s+install\s[^\n]*\bdocker-compose\b|\bcompose\/releases\/download\/v?1\./,
    say: "it installs Compose v1, which no longer exists; remove the installation: `docker compose` is in the build's image",
  },
  {
    when: /\$\{?BUILD_FORMAT\b[^\n]*!=\s*"?1\b/,
    say: `it reads variables of format 1, but those of this version have format 2; ${newBuildspec}`,
  },
  {
    when: /\bnode\s+\S*program\.cjs"?[ \t]*(?:[>|;&]|$|compare\s+"?(?:\$\{?revisions|service:))/m,
    say: `it calls the program of builds as versions before format 2 did; ${newBuildspec}`,
  },
];

interface Text {
  readonly text: string;
  readonly at: Position;
}

function textsOf(value: Value | undefined): readonly Text[] {
  if (value?.kind !== "sequence") return [];
  return value.items.flatMap((item) => (item.kind === "scalar" ? { text: String(item.value ?? ""), at: item.at } : []));
}

/** The position of a character of a command; the text of a `|` block begins on the line after the `|`. */
function lineOf({ text, at }: Text, offset: number, file: string): Position {
  if (file.split("\n")[at.line - 1]?.charAt(at.column - 1) !== "|") return at;
  return { ...at, line: at.line + text.slice(0, offset).split("\n").length };
}
