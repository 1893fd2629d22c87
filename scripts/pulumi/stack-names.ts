import type { EnvironmentOutputs } from "../../components/plain.ts";
import { failureLines } from "../kit/engine-diagnostics.ts";
import { Refusal } from "../kit/refusal.ts";
import { projectDirectory as nearestProject } from "./project-directory.ts";
import { runPulumi, type StackPlace } from "./run-pulumi.ts";
import { halfWritten, isHalfWritten } from "./stack-problem.ts";

/** Everything of a stack that a verb needs to know, by its physical name; from the stack's outputs. */
export interface StackNames {
  readonly stack: string;
  readonly region: string;
  readonly pipeline: string;
  readonly cluster: string;
  /** AWS account; undefined where the last `up` did not tell it. */
  readonly account?: string | undefined;
  /** Version of the program of the last `up`; undefined if that program did not write its version. */
  readonly version?: string | undefined;
  /** ECS services; each one's task definition family has its name. */
  readonly services: readonly string[];
  /** Hash of the template that the last `up` wanted, by ECS service. */
  readonly templates: Readonly<Record<string, string>>;
  /** ARN of the revision that Pulumi made last, by family, also of release tasks; none in a stack of an older program. */
  readonly madeRevisions: Readonly<Record<string, string>>;
  /** Repository URI by image. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Task definition families of the release tasks, in the order they run. */
  readonly releaseFamilies: readonly string[];
  /** Log group of the containers. */
  readonly logGroup: string;
  /** Begins the names of the application's parameters. */
  readonly parameterPath: string;
  /** Parameter that holds a rollback while it exists. */
  readonly rollbackHold: string;
  /** Alarms that take a deployment back; none in a stack of an older program. */
  readonly deploymentAlarms: readonly string[];
  /** Parameter that says who changes the environment now. */
  readonly verbLock: string;
  /** Address of the application; undefined where no container publishes a port. */
  readonly url: string | undefined;
}

/** A stack that a verb cannot know the names of, because no `up` of this program has told them. */
export class NotUp extends Refusal {
  /** Whether an older program has brought it up. */
  readonly older: boolean;

  constructor(message: string, older = false) {
    super(message);
    this.older = older;
  }
}

/** Asks Pulumi for a stack's names; the stack's backend must be logged in to. */
export async function stackNames(stack: string, place: StackPlace = {}): Promise<StackNames> {
  const { projectDirectory = nearestProject(), environment = {} } = place;
  return namesFrom(stack, await outputs(stack, { projectDirectory, environment: { ...process.env, ...environment } }));
}

async function outputs(stack: string, place: Required<StackPlace>) {
  const read = async (...options: readonly string[]) => {
    const text = await runPulumi(["stack", "output", "--json", "--stack", stack, ...options], place);
    if (text === undefined) throw new NotUp(`stack ${stack}: no stack named '${stack}' found`);
    return text;
  };
  try {
    const masked = await read();
    // Decrypting takes the passphrase and a third of a second, and hardly any stack has secret outputs.
    return JSON.parse(masked.includes('"[secret]"') ? await read("--show-secrets") : masked) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof NotUp) throw error;
    const said = failureLines([], error);
    throw new Refusal(`stack ${stack}: ${said}${isHalfWritten(said) ? `; ${halfWritten}` : ""}`);
  }
}

/** Reads a stack's outputs. It refuses a stack without a pipeline, and one that another version of the program made. */
export function namesFrom(stack: string, found: Readonly<Record<string, unknown>>): StackNames {
  const outputs = outputsFrom(stack, found);
  return {
    stack,
    region: outputs.region,
    ...(outputs.accountId !== undefined && { account: outputs.accountId }),
    ...(outputs.version !== undefined && { version: outputs.version }),
    pipeline: outputs.pipelineName,
    cluster: outputs.clusterName,
    services: outputs.serviceNames,
    templates: outputs.templates,
    madeRevisions: outputs.madeRevisions ?? {},
    repositories: outputs.repositories,
    releaseFamilies: outputs.releaseFamilies,
    logGroup: outputs.logGroup,
    parameterPath: outputs.parameterPath,
    rollbackHold: outputs.rollbackHold,
    deploymentAlarms: outputs.deploymentAlarms ?? [],
    verbLock: outputs.verbLock,
    url: outputs.url,
  };
}

/** Outputs that a stack of an older program may not have. */
type Newer = "version" | "accountId" | "madeRevisions" | "deploymentAlarms" | "taskCounts" | "format";

/** The outputs that verbs read: an older program has not all of this program's. */
type KnownOutputs = Omit<EnvironmentOutputs, Newer> & Partial<Pick<EnvironmentOutputs, Newer>>;

/** The outputs without which no verb works. */
const required = [
  "pipelineName",
  "region",
  "clusterName",
  "serviceNames",
  "templates",
  "repositories",
  "releaseFamilies",
  "logGroup",
  "parameterPath",
  "rollbackHold",
  "verbLock",
] as const satisfies readonly (keyof KnownOutputs)[];

/** The output `environment`. A stack that an older program made has a separate output for each of its values. */
function outputsFrom(stack: string, found: Readonly<Record<string, unknown>>): KnownOutputs {
  const outputs = (found["environment"] ?? found) as Partial<KnownOutputs>;
  const format: unknown = outputs.format ?? 1;
  if (format !== 1) {
    throw new NotUp(
      `stack ${stack}: its outputs have the format ${JSON.stringify(format)}, and these verbs read 1; use the version of the program that made the stack`,
    );
  }
  const absent = required.find((name) => outputs[name] === undefined);
  const exported = Object.keys(found);
  // A program of a team's own, which has outputs, but none of ours.
  if (exported.length > 0 && !required.some((name) => outputs[name] !== undefined)) {
    throw new NotUp(
      `stack ${stack}: its program does not export environment; write \`export const { url, environment } = await deliver();\` and run \`pulumi up --stack ${stack}\``,
    );
  }
  if (absent === "pipelineName") {
    throw new NotUp(`stack ${stack}: it has no pipeline; run \`pulumi up --stack ${stack}\` first`);
  }
  if (absent !== undefined) {
    throw new NotUp(`stack ${stack}: it has no output ${absent} yet; run \`pulumi up --stack ${stack}\` once`, true);
  }
  return outputs as KnownOutputs;
}
