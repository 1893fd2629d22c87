import { relative, resolve } from "node:path";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";
import { readBuildspec } from "./buildspec.ts";
import { buildspecLines } from "./buildspec-report.ts";
import { folderAt, look } from "./look.ts";
import { propose } from "./propose.ts";
import { verdict } from "./verdict.ts";
import { show, write } from "./write.ts";

/** Writes the files with which an application is delivered. */
export const initVerb = verb({
  help: "write the files that deliver the application in this folder",
  options: {
    name: { type: "string", value: "NAME", help: "name of the application" },
    environment: {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "an environment; more than once, or with commas (staging)",
    },
    repository: { type: "string", value: "OWNER/NAME", help: "the repository, if the Git remote does not say it" },
    provider: { type: "string", value: "NAME", help: "GitHub, GitLab, Bitbucket or CodeCommit" },
    branch: {
      type: "string",
      multiple: true,
      value: "[ENVIRONMENT=]NAME",
      help: "the branch whose pushes are released",
    },
    region: { type: "string", value: "REGION", help: "the region of AWS" },
    directory: { type: "string", value: "FOLDER", help: "where the program is written (infra)" },
    "compose-file": { type: "string", value: "FILE", help: "the Compose file to begin with" },
    port: { type: "string", value: "PORT", help: "where an application without a Compose file listens, or none" },
    variable: { type: "string", multiple: true, value: "NAME=value", help: "a plain variable of the Compose file" },
    package: { type: "string", value: "SPEC", help: "where npm gets this package: a tarball, URL or Git repository" },
    "own-program": { type: "boolean", help: "write the whole program, to change it, instead of two lines" },
    "from-buildspec": { type: "string", value: "FILE", help: "print what an old buildspec becomes, and write nothing" },
    "dry-run": common["dry-run"],
    yes: { type: "boolean", help: "take all proposals" },
  },
  run: async (values, around) => {
    const folder = resolve(process.env["INIT_CWD"] ?? "");
    const buildspec = values["from-buildspec"];
    if (buildspec !== undefined) return explain(folder, buildspec, around);
    if (values.yes !== true && around.ask === undefined) throw new Refusal("init: there is no one to ask; give --yes");
    const found = look(folder);
    const { files, environments, parameters, said } = await propose(
      {
        ...values,
        environment: values.environment ?? [],
        branch: values.branch ?? [],
        variable: values.variable ?? [],
      },
      found,
      { ask: values.yes === true ? undefined : around.ask, say: around.say },
    );
    for (const line of said) around.say(line);
    around.say("");
    (values["dry-run"] === true ? show : write)(folder, files, around.say);
    const directory = relative(folder, resolve(folder, values.directory ?? "infra"));
    const verdicts = environments.map((environment) => verdict(environment, { folder, directory }, files));
    around.say("");
    for (const line of verdicts.flatMap(({ lines }) => lines)) around.say(line);
    for (const line of nextLines(
      directory,
      environments[0] ?? "",
      parameters,
      verdicts.every(({ passes }) => passes),
    ))
      around.say(line);
    return 0;
  },
});

/** What a person does next. */
function nextLines(
  directory: string,
  environment: string,
  parameters: readonly string[],
  passes: boolean,
): readonly string[] {
  return [
    "",
    ...(passes
      ? []
      : ['The lines above are left to do; "# init: left to do" marks them in the file. `up` refuses them, too.']),
    ...(parameters.length === 0
      ? []
      : [
          `Before the first \`up\`, give each parameter a value with the verb \`parameters set\`: ${parameters.join(", ")}`,
        ]),
    "Next:",
    `  cd ${directory} && npm install`,
    `  npx compose-ecs-pipeline up --stack ${environment}`,
  ];
}

function explain(folder: string, file: string, { say }: Surroundings): number {
  const text = folderAt(folder).readFile(file);
  if (text === undefined) throw new UsageError(`init: --from-buildspec ${file}: there is no such file`);
  for (const line of buildspecLines(file, readBuildspec(file, text))) say(line);
  return 0;
}
