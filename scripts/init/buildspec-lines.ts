import { migrates } from "./migrations.ts";

/** What one command of a buildspec says. */
export interface Finding {
  readonly becomes: string;
  /** Variables that it writes into an env file: from a variable of the build, or with a value. */
  readonly variables?: readonly { readonly name: string; readonly from?: string; readonly value?: string }[];
  readonly release?: { readonly command: string; readonly of: string | undefined };
  readonly repositories?: readonly string[];
}

/** What becomes of a command of an old buildspec. */
export function fateOf(line: string): Finding {
  return envFileLine(line) ?? taskLine(line) ?? knownLine(line) ?? { becomes: own };
}

const own = "yours: move it into the Dockerfile, or write a buildspec of your own (setting buildspec)";

/** `echo "NAME=$NAME" >> .env`, or `printf`; also several in one command. */
function envFileLine(line: string): Finding | undefined {
  if (!/^(echo|printf|env\b|printenv)/.test(line) || !/>\s*\S*\.?env\S*\s*$/.test(line)) return undefined;
  const text = line.replace(/>+\s*\S+\s*$/, "").replace(/^(echo|printf)\s+(-\w+\s+)*/, "");
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=(?:\$\{?([A-Za-z_]\w*)\}?|([^\s"'\\]*))/g)];
  if (pairs.length === 0)
    return { becomes: "nothing: no .env is written; each variable of the Compose file is a setting" };
  const variables = pairs.map(([, name = "", from, value]) =>
    from === undefined ? { name, ...(value !== undefined && value !== "" && { value }) } : { name, from },
  );
  const names = variables.map(({ name }) => name);
  const role = names.some((name) => /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/.test(name))
    ? "; better: no key at all, since the containers have a role, whose rights are `policy` in infra/index.ts"
    : "";
  return {
    becomes: `${names.join(", ")}: a setting of the stack (below), which the container gets without a file${role}`,
    variables,
  };
}

/** A command that runs a container: a migration becomes a release service. */
function taskLine(line: string): Finding | undefined {
  const compose = /docker[- ]compose\b.*?\brun\b\s+(.*)$/.exec(line)?.[1];
  const docker = /\bdocker\s+run\b\s+(.*)$/.exec(line)?.[1];
  if (/\baws\s+ecs\s+run-task\b/.test(line)) {
    const [, list = ""] = /"?command"?\s*:\s*\[([^\]]*)\]/.exec(line) ?? [];
    const command = [...list.matchAll(/"([^"]*)"/g)].map(([, word]) => word ?? "").join(" ");
    if (command === "") return { becomes: "a release service with the command of that task definition" };
    return {
      becomes: "a release service (below), which runs before each deployment",
      release: { command, of: undefined },
    };
  }
  const given = compose ?? docker;
  if (given === undefined) return undefined;
  const { of, command } = afterOptions(given);
  if (!migrates(command)) return { becomes: "a service with the profile test, or one of your own in the Dockerfile" };
  return {
    becomes: "a release service (below): it runs after the approval and before the deployment, with the pushed image",
    release: { command, of },
  };
}

/** The service or image and the command behind the options of `run`. */
function afterOptions(text: string): { readonly of: string | undefined; readonly command: string } {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? [];
  const withValue =
    /^(--name|-e|--env|--env-file|-v|--volume|-u|--user|-w|--workdir|--network|--entrypoint|-p|--publish|-l|--label)$/;
  let at = 0;
  while (words[at]?.startsWith("-") === true) at += withValue.test(words[at] ?? "") ? 2 : 1;
  const [of, ...rest] = words.slice(at);
  const shell = /^(\/bin\/)?(ba)?sh$/.test(rest[0] ?? "") && /^-\w*c$/.test(rest[1] ?? "");
  const command = shell ? (rest[2] ?? "").replace(/^(["'])(.*)\1$/s, "$2") : rest.join(" ");
  // What creates the database as well is one command in Rails.
  return { of, command: command.includes("&&") ? `sh -c ${JSON.stringify(command)}` : command };
}

/** Commands that the pipeline makes needless. */
function knownLine(line: string): Finding | undefined {
  const repositories = [...line.matchAll(/(\d{12}|\$\{?\w+\}?)\.dkr\.ecr\.[\w${}.-]+\/([\w./-]+)/g)].map(
    ([, , name = ""]) => name,
  );
  const found = known.find(([pattern]) => pattern.test(line));
  if (found === undefined) return undefined;
  return { becomes: found[1], ...(repositories.length > 0 && { repositories }) };
}

const known: readonly (readonly [RegExp, string])[] = [
  [/^(touch|rm|cp|mv|chmod|cat)\s[^|]*\.env\S*$/, "nothing: no .env is written"],
  [/^\S+\s+(--version|-v|version)$|^docker(-compose)?\s+info$/, "nothing: it only prints"],
  [/\baws\s+ecr\s+get-login|\bdocker\s+login\b/, "nothing: the build signs in to ECR by itself"],
  [
    /\bdocker[- ]compose\b.*\bbuild\b|\bdocker\s+(buildx\s+)?build\b/,
    "nothing: the build makes each image of the Compose file",
  ],
  [/\bdocker\s+commit\b/, "nothing: the image is pushed as it was built, without what a container has left in it"],
  [
    /\bdocker\s+tag\b|\bdocker(-compose| compose)?\s+push\b|\bdocker\s+push\b/,
    "nothing: the build pushes each image with the commit's tag",
  ],
  [
    /imagedefinitions|imageDetail|taskdef\.json|appspec/i,
    "nothing: the build writes imagedefinitions.json from the Compose file",
  ],
  [/COMMIT_HASH=|IMAGE_TAG=/, "nothing: the build sets IMAGE_TAG to the commit's first characters"],
  [
    /^(export\s+)?\w*(REPOSITORY|REPO|ECR|REGISTRY)\w*(URI|URL|NAME)?=/,
    "nothing: each image has a repository, <application>/<environment>/<image>",
  ],
  [
    /\baws\s+ecs\s+(update-service|register-task-definition|wait|deploy)\b/,
    "nothing: the stage Release deploys and watches the deployment",
  ],
  [/\baws\s+ssm\s+get-parameter/, "an entry of the setting `parameters`: ECS reads it, not the build"],
  [
    /docker-compose.*(download|releases)|curl.*docker-compose|pip3?\s+install.*(awscli|docker-compose)|(apt|apt-get|yum)\s.*(docker|awscli|jq)|dockerd|nohup.*docker/,
    "nothing: the build's image has these programs",
  ],
  [
    /\bdocker(-compose| compose)\b.*\b(up|down|stop|rm|pull)\b|\bdocker\s+(pull|rm|rmi|stop|system)\b/,
    "nothing: each build starts with an empty Docker",
  ],
  [/^(echo|printf|date|ls|pwd|cat|env|printenv|whoami)\b/, "nothing: it only prints"],
  [/^(export\s+)?[A-Z_]\w*=/, "nothing, unless the Compose file reads it: then an entry of the setting `variables`"],
  [/^cd\s/, "nothing: the setting repositoryDirectory names the folder"],
];
