import { relative } from "node:path";
import {
  completeConfiguration,
  declaredIn,
  ownConfiguration,
  projectConfiguration,
  Refusal,
  stackFiles,
  type Configured,
} from "../../scripts/for-rehearsal.ts";
import type { Copy } from "../any/copy.ts";
import { providerProblem } from "./account-keys.ts";
import { accountConfiguration, type Keys } from "./configuration.ts";
import type { OwnName } from "./own-name.ts";
import { missingProblem, ownValues } from "./values.ts";

/** The environment that is rehearsed, as far as its files say. */
export interface Real {
  /** The real environment. */
  readonly environment: string;
  /** Name of the Pulumi project, with which its keys begin. */
  readonly project: string;
  readonly app: string;
  readonly region: string;
  /** `aws:profile`; undefined if it is not set. */
  readonly profile: string | undefined;
  /** What its files set. */
  readonly configured: Keys;
}

/** Reads the environment's files in the copy; refuses what a rehearsal on AWS cannot use. */
export function readReal(environment: string, program: string, variables: NodeJS.ProcessEnv): Real {
  const name = `Pulumi.${environment}.yaml`;
  const { project: file, own } = stackFiles(environment, program);
  if (own === undefined) throw new Refusal(`${name}: it is in no commit; run \`git add\` and \`git commit\` first`);
  const project = file.name ?? "";
  const configured = { ...projectConfiguration(file), ...ownConfiguration(file, (own.config ?? {}) as Configured) };
  const problem = providerProblem(name, configured);
  if (problem !== undefined) throw new Refusal(problem);
  const given = configured[`${project}:app`];
  const set = configured["aws:region"] ?? variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"];
  const profile = configured["aws:profile"];
  if (typeof set !== "string" || set === "")
    throw new Refusal(`${name}: aws:region is not set; set it, as in aws:region: eu-central-1`);
  return {
    environment,
    project,
    app: typeof given === "string" && given !== "" ? given : project,
    region: set,
    profile: typeof profile === "string" ? profile : undefined,
    configured,
  };
}

/** The rehearsal's own stack. */
export interface OwnStack {
  readonly configured: Keys;
  /** One line for each difference from the real environment. */
  readonly notes: readonly string[];
  /** Values of `secrets:`, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface OwnStackArgs {
  readonly real: Real;
  readonly own: OwnName;
  readonly account: string;
  readonly source: { readonly bucket: string; readonly key: string };
  readonly copy: Pick<Copy, "application" | "program">;
  /** Values of parameters by variable, as the person has given them. */
  readonly given: Readonly<Record<string, string>>;
}

/** Decides how the rehearsal's stack is configured; refuses while a parameter has no value. */
export function ownStack({ real, own, account, source, copy, given }: OwnStackArgs): OwnStack {
  const { project } = real;
  const { configured, notes } = accountConfiguration({ ...real, own, account, source });
  const complete = completeConfiguration({ name: project }, configured);
  const { variables } = declaredIn(own.environment, project, complete);
  const values = ownValues(variables, given);
  const problem = missingProblem(values);
  if (problem !== undefined) throw new Refusal(problem);
  const applicationDirectory = relative(copy.program, copy.application) || ".";
  return {
    configured: { ...configured, [`${project}:applicationDirectory`]: applicationDirectory },
    notes,
    secrets: values.secrets,
  };
}
