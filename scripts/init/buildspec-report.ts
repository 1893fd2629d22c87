import { stringify } from "yaml";
import { pair } from "./add-variables.ts";
import { mark } from "./edits.ts";
import type { BuildspecProposal } from "./buildspec.ts";

/** What an old buildspec becomes, as lines of text; nothing is written. */
export function buildspecLines(file: string, proposal: BuildspecProposal): readonly string[] {
  const { lines, parameters, variables, example, releases, repositories } = proposal;
  const names = example.map((line) => line.slice(0, line.indexOf("=")));
  return [
    `${file}: what each line becomes`,
    ...lines.flatMap(({ where, text, becomes }) => ["", `  ${where}: ${shortened(text)}`, `    → ${becomes}`]),
    ...section(
      ".env.example, which `init` reads if Git has it, so that it writes these variables into the Compose file:",
      example.map((line) => `  ${line}`),
    ),
    ...section("Settings for Pulumi.<environment>.yaml:", [
      ...list("variables", variables),
      ...list("parameters", parameters),
    ]),
    ...section(
      "Release service for docker-compose-<environment>.yml:",
      releases.flatMap((release, index) => releaseLines({ ...release, names }, index)),
    ),
    ...section(
      "Repositories that are no longer needed once the old pipeline is gone:",
      repositories.map((name) => `  ${name}`),
    ),
    "",
    "Nothing was written. Values of parameters that do not exist yet: the verb `parameters import` reads them from a .env file.",
    ...(parameters.some((one) => !one.includes("=")) ? [...mapped] : []),
  ];
}

/** The build project may say which parameter a variable is; the buildspec does not. */
const mapped = [
  "If the CodeBuild project maps a variable to a parameter, write NAME=/its/name below `parameters` instead of NAME. To see them:",
  `  aws codebuild batch-get-projects --names PROJECT --query "projects[].environment.environmentVariables[?type=='PARAMETER_STORE'].[name,value]" --output text`,
];

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}...` : text);

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];

const list = (key: string, entries: readonly string[]): readonly string[] =>
  entries.length === 0
    ? []
    : [`  ${key}:`, ...entries.map((one) => `    - ${stringify(one, { lineWidth: 0 }).trim()}`)];

interface Release {
  readonly command: string;
  readonly of: string | undefined;
  /** Variables that the command gets. */
  readonly names: readonly string[];
}

function releaseLines({ command, of, names }: Release, index: number): readonly string[] {
  const service = of !== undefined && /^[\w.-]+$/.test(of) ? of : undefined;
  return [
    `  ${index === 0 ? "migrate" : `migrate-${index + 1}`}:`,
    "    profiles: [release]",
    `    ${mark} the image of ${service ?? "the service that has the command"}`,
    `    image: <application>/${service ?? "<service>"}`,
    `    command: ${stringify(command, { lineWidth: 0 }).trim()}`,
    ...(names.length === 0 ? [] : ["    environment:", ...names.map((name) => `      ${pair({ name })}`)]),
  ];
}
