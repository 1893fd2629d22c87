import { verbCommand } from "../../components/plain.ts";
import { Refusal } from "../kit/refusal.ts";
import { shortStackName, stackFileName } from "../kit/stack-file-name.ts";
import type { Configured } from "./project-configuration.ts";
import { stackConfiguration } from "./stack-files.ts";
import { projectDirectory as nearestProject } from "./project-directory.ts";
import type { StackPlace } from "./run-pulumi.ts";

/** The parameters that a stack's configuration declares. */
export interface DeclaredParameters {
  readonly stack: string;
  /** Undefined if the configuration has none. */
  readonly region: string | undefined;
  /** Prefix of the names of the environment's own parameters. */
  readonly path: string;
  /** Whether the next `up` rolls out new values. */
  readonly rolledOut: boolean;
  /** ARNs of the KMS keys, other than Parameter Store's own, that may encrypt them. */
  readonly keyArns: readonly string[];
  /** By Compose variable. */
  readonly variables: Readonly<Record<string, DeclaredParameter>>;
}

export interface DeclaredParameter {
  readonly name: string;
  /**
   * Where the value comes from: a person; `up` from `settings:` or `secrets:`; `up` as the URL of a database or
   * cache that it creates; or a parameter under another path.
   */
  readonly from: "person" | "settings" | "secrets" | "store" | "elsewhere";
}

/**
 * Reads what a stack declares from its files, and not from its outputs, since parameters are needed before the first
 * `up`. No value of `secrets:` is decrypted.
 */
export async function declaredParameters(stack: string, place: StackPlace = {}): Promise<DeclaredParameters> {
  const { project, configured } = await Promise.resolve(
    stackConfiguration(stack, place.projectDirectory ?? nearestProject()),
  );
  return declaredIn(stack, project, configured);
}

/** The parameters that a configuration declares; refuses an entry that `up` would refuse. */
export function declaredIn(stack: string, project: string, configured: Configured): DeclaredParameters {
  const given = configured[`${project}:app`];
  const app = typeof given === "string" && given !== "" ? given : project;
  const path = `/${app}/${shortStackName(stack)}`;
  const entries = configured[`${project}:parameters`] ?? [];
  const variables = (Array.isArray(entries) ? entries : [entries]).map((entry: unknown) => {
    if (isEncrypted(entry))
      throw new Refusal(
        `${stackFileName(stack)}: parameters: a secret ("secure") is not allowed; set names in plain, and put each value with \`${verbCommand} parameters set NAME\``,
      );
    const [, variable = "", other] = /^([A-Za-z_]\w*)(?:=(\S+))?$/.exec(String(entry)) ?? [];
    if (variable === "") {
      throw new Refusal(
        `${stackFileName(stack)}: parameters: ${JSON.stringify(entry)} is not allowed; set NAME or NAME=/name/of/the/parameter`,
      );
    }
    return [variable, declaredParameter(`${path}/${variable}`, other, variable, configured)] as const;
  });
  const region = configured["aws:region"];
  return {
    stack,
    region: typeof region === "string" ? region : undefined,
    path,
    rolledOut: String(configured[`${project}:deployParameterChanges`]) !== "false",
    keyArns: stringsOf(configured[`${project}:parameterKmsKeyArns`]),
    variables: { ...Object.fromEntries(variables), ...storesOf(project, path, configured) },
  };
}

const isEncrypted = (entry: unknown): boolean => typeof entry === "object" && entry !== null && "secure" in entry;

/** The strings of a list. `pulumi config set` without `--path` writes a list as JSON; `up` refuses any other value. */
function stringsOf(value: unknown): readonly string[] {
  try {
    const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}

/** The variables whose values are URLs of the database and the cache that `up` creates. */
function storesOf(project: string, path: string, configured: Configured): DeclaredParameters["variables"] {
  const made = ["database", "cache"].filter(
    (store) => !["", "none", "undefined"].includes(String(configured[`${project}:${store}Engine`])),
  );
  const variables = made.map((store) => String(configured[`${project}:${store}Variable`]));
  return Object.fromEntries(variables.map((variable) => [variable, { name: `${path}/${variable}`, from: "store" }]));
}

function declaredParameter(
  own: string,
  other: string | undefined,
  variable: string,
  configured: Configured,
): DeclaredParameter {
  if (configured[`settings:${variable}`] !== undefined) return { name: own, from: "settings" };
  if (configured[`secrets:${variable}`] !== undefined) return { name: own, from: "secrets" };
  if (other === undefined || other === own) return { name: own, from: "person" };
  return { name: other, from: "elsewhere" };
}
