/** What a script of the delivery path needs from its surroundings, read off its text. */
export interface Needs {
  /** Environment variables that are read and not set by the script itself, sorted. */
  readonly variables: readonly string[];
  /** IAM actions behind its AWS CLI calls, sorted. */
  readonly actions: readonly string[];
}

/** Reads a script's needs; a shell function that nothing calls needs nothing. */
export function needsOf(script: string): Needs {
  const text = withoutUncalled(script.replaceAll(/^\s*#.*$/gm, ""));
  const calls = [...text.matchAll(/\baws ([a-z0-9]+) ([a-z-]+)/g)];
  return {
    variables: variablesRead(text),
    actions: sorted(calls.flatMap(([, service = "", verb = ""]) => actionsOf(service, verb))),
  };
}

/** Names like `$NAME` or `${NAME…}`, without those that are assigned or that bash has itself. */
function variablesRead(text: string): readonly string[] {
  const read = [...text.matchAll(/\$\{?!?([A-Z][A-Z0-9_]+)/g)].map(([, name = ""]) => name);
  const set = [...text.matchAll(/(?:^|[\s(;])([A-Z][A-Z0-9_]+)=/gm)].map(([, name = ""]) => name);
  return sorted(read.filter((name) => !set.includes(name) && name !== "SECONDS"));
}

const prefixes: Readonly<Record<string, string>> = { elbv2: "elasticloadbalancing" };

/** Where AWS's action is not simply the command's name, or the command needs more than one (service reference). */
const special: Readonly<Record<string, readonly string[]>> = {
  "ecr get-login-password": ["ecr:GetAuthorizationToken"],
  "ecs register-task-definition": ["ecs:RegisterTaskDefinition", "iam:PassRole"],
  "ecs run-task": ["ecs:RunTask", "iam:PassRole"],
  "ecs update-service": ["ecs:UpdateService", "iam:PassRole"],
};

function actionsOf(service: string, verb: string): readonly string[] {
  const action = verb.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return special[`${service} ${verb}`] ?? [`${prefixes[service] ?? service}:${action}`];
}

function withoutUncalled(text: string): string {
  const functions = [...text.matchAll(/^(\w+)\(\) \{.*?(?:^\}$|\}$)/gms)];
  const dead = functions.find(([whole, name = ""]) => !isCalled(name, text.replace(whole, "")));
  return dead === undefined ? text : withoutUncalled(text.replace(dead[0], ""));
}

function isCalled(name: string, elsewhere: string): boolean {
  return new RegExp(`(?:^|[\\s(|;&])${name}(?=[\\s)|;]|$)`, "m").test(elsewhere);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
