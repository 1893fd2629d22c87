import { stringify } from "yaml";
import { mark } from "./edits.ts";
import type { BuildspecProposal } from "./buildspec.ts";

/** What an old buildspec becomes, as lines of text; nothing is written. */
export function buildspecLines(file: string, proposal: BuildspecProposal): readonly string[] {
  const { lines, parameters, variables, releases, repositories } = proposal;
  return [
    `${file}: what each line becomes`,
    ...lines.flatMap(({ where, text, becomes }) => ["", `  ${where}: ${shortened(text)}`, `    → ${becomes}`]),
    ...section("Settings for Pulumi.<environment>.yaml:", [
      ...list("variables", variables),
      ...list("parameters", parameters),
    ]),
    ...section(
      "Release service for docker-compose-<environment>.yml:",
      releases.flatMap(({ command, of }, index) => releaseLines(command, of, index)),
    ),
    ...section(
      "Repositories that are no longer needed once the old pipeline is gone:",
      repositories.map((name) => `  ${name}`),
    ),
    "",
    "Nothing was written. Values of parameters that do not exist yet: the verb `parameters import` reads them from a .env file.",
  ];
}

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}...` : text);

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];

const list = (key: string, entries: readonly string[]): readonly string[] =>
  entries.length === 0
    ? []
    : [`  ${key}:`, ...entries.map((one) => `    - ${stringify(one, { lineWidth: 0 }).trim()}`)];

function releaseLines(command: string, of: string | undefined, index: number): readonly string[] {
  const image = of === undefined || of.includes("$") ? "the image that has the command" : `the image of ${of}`;
  return [
    `  ${index === 0 ? "migrate" : `migrate-${index + 1}`}:`,
    "    profiles: [release]",
    `    ${mark} ${image}`,
    "    image: <application>/<service>",
    `    command: ${stringify(command, { lineWidth: 0 }).trim()}`,
  ];
}
