import { verbCommand } from "../components/kit/command.ts";
import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../components/kit/refusal.ts";
import { kmsKeyArns, refuse, strings } from "./keys.ts";

/** Refuses a value that is set for a variable that is not declared: it would be ignored without a message. */
function undeclared(declared: ReadonlySet<string>): void {
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    const [, namespace, variable = ""] = /^(settings|secrets):(.+)$/.exec(key) ?? [];
    if (namespace === undefined || declared.has(variable)) continue;
    throw new Refusal(
      `Pulumi.${pulumi.getStack()}.yaml: ${key} is set, but ${variable} is not declared; add it to parameters`,
    );
  }
}

/** Variables that the build sets itself: no stack may declare them. */
export const reserved = ["ECS_ENV_NAME", "IMAGE_TAG"];

/**
 * The Compose variables that are parameters: those created here from `settings:` and `secrets:`, and existing ones.
 * `urls` holds the variables whose URL `up` creates together with its server, with the key that names each; `plain`
 * are the plain variables.
 */
export function namedParameters(
  path: string,
  urls: Readonly<Record<string, string>>,
  plain: Readonly<Record<string, string>>,
) {
  const [settingsOf, secretsOf] = [new pulumi.Config("settings"), new pulumi.Config("secrets")];
  const settings: Record<string, string> = {};
  const secrets: Record<string, pulumi.Output<string>> = {};
  const existing: Record<string, string> = {};
  // Config.get would warn of each secret; these values are only compared with the stored ones.
  const configured: Record<string, string> = {};
  refuseOtherValues(urls, plain);
  for (const entry of strings("parameters")) {
    const [, variable = "", parameter] =
      /^([A-Za-z_]\w*)(?:=(\S+))?$/.exec(entry) ?? refuse("parameters", entry, "NAME or NAME=/name/of/the/parameter");
    if (parameter !== undefined) refuseNoName(entry, variable, parameter);
    if (plain[variable] !== undefined) refuse("parameters", entry, `${variable} either here or in variables`);
    if (urls[variable] !== undefined && parameter === undefined) continue;
    const [setting, secret] = [settingsOf.get(variable), secretsOf.getSecret(variable)];
    if ([parameter, setting, secret].filter((one) => one !== undefined).length > 1) {
      refuse(
        "parameters",
        entry,
        `${variable} in one way only: a parameter's name, settings:${variable} or secrets:${variable}`,
      );
    }
    if (setting !== undefined) settings[variable] = setting;
    else if (secret !== undefined) secrets[variable] = secret;
    else existing[variable] = parameter ?? `${path}/${variable}`;
  }
  undeclared(new Set(Object.keys({ ...settings, ...secrets, ...existing })));
  const made = [...Object.keys(settings), ...Object.keys(secrets), ...Object.keys(urls)];
  const declared = [...made, ...Object.keys(existing)];
  for (const variable of [...declared, ...Object.keys(plain)]) {
    if (reserved.includes(variable)) refuse("variables", variable, "another name: the build sets this one itself");
  }
  const buildParameters = strings("buildParameters");
  for (const variable of buildParameters) {
    if (!declared.includes(variable)) refuse("buildParameters", variable, "variables that are declared in parameters");
  }
  const own = made.map((variable) => [variable, `${path}/${variable}`]);
  for (const variable of [...Object.keys(settings), ...Object.keys(secrets)]) {
    configured[variable] = settings[variable] ?? pulumi.runtime.allConfig()[`secrets:${variable}`] ?? "";
  }
  return {
    parameters: {
      path,
      settings,
      secrets,
      existing,
      configured,
      /** Name of the parameter behind each variable. */
      names: { ...existing, ...Object.fromEntries(own) } as Readonly<Record<string, string>>,
      kmsKeyArns: kmsKeyArns("parameterKmsKeyArns"),
    },
    buildParameters,
  };
}

/**
 * Refuses what is not the name of a parameter: letters, digits, `_`, `.`, `-` and `/`, with a `/` at the beginning if
 * it contains any (SSM API reference, PutParameter). A colon would ask for a version, which ECS ignores.
 */
function refuseNoName(entry: string, variable: string, parameter: string): void {
  const [, service, resource = ""] = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:(.*)$/.exec(parameter) ?? [];
  if (service === "ssm")
    refuse(
      "parameters",
      entry,
      `the parameter's name, ${variable}=${resource.replace(/^parameter/, "") || "/NAME"}: it has to be in the stack's own account and region`,
    );
  if (service === "secretsmanager")
    refuse(
      "parameters",
      entry,
      `the name of a parameter: secrets of Secrets Manager are not read; copy its value with \`${verbCommand} parameters set ${variable} --stack ${pulumi.getStack()}\` and write ${variable} alone`,
    );
  if (!/^([\w.-]+|(\/[\w.-]+)+)$/.test(parameter))
    refuse(
      "parameters",
      entry,
      `the name of a parameter after the =, of letters, digits, _, . and -, as in ${variable}=/shared/${variable.toLowerCase()}`,
    );
}

/** Refuses another value for a variable whose value `up` sets. */
function refuseOtherValues(urls: Readonly<Record<string, string>>, plain: Readonly<Record<string, string>>): void {
  const elsewhere = strings("parameters").flatMap((entry) => /^(\w+)=/.exec(entry)?.slice(1) ?? []);
  const configured = Object.keys(pulumi.runtime.allConfig());
  for (const [variable, key] of Object.entries(urls)) {
    const others = [
      ...(plain[variable] === undefined ? [] : ["variables"]),
      ...(elsewhere.includes(variable) ? ["parameters"] : []),
      ...["settings", "secrets"].flatMap((of) => configured.filter((one) => one === `${of}:${variable}`)),
    ];
    if (others.length === 0) continue;
    refuse(key, variable, `another variable, or remove it from ${others.join(" and ")}: \`up\` sets its value`);
  }
}
