import { typeInWords } from "./resource-change.ts";

/** The part of the output of `pulumi stack export` that is read here; its secrets stay encrypted. */
export interface ExportedState {
  readonly version: number;
  readonly deployment: Deployment;
}

interface Deployment {
  readonly resources?: readonly Resource[];
  readonly pending_operations?: readonly { readonly resource: Resource; readonly type: string }[];
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The pending operations that a killed Pulumi has left in a stack's state. */
export interface Interrupted {
  /** One line for each resource with a pending operation. */
  readonly lines: readonly string[];
  /**
   * The state without the pending operations, but with those resources that AWS finds by their names: a refresh then
   * reads or drops them.
   */
  readonly settled: ExportedState;
}

/** Reads what was interrupted; undefined if nothing was. Changes nothing. */
export function interruptedState(exported: ExportedState): Interrupted | undefined {
  const { pending_operations: pending = [], resources = [], ...rest } = exported.deployment;
  if (pending.length === 0) return undefined;
  const known = new Set(resources.map(({ urn }) => urn));
  const making = pending.filter(({ type, resource }) => type === "creating" && !known.has(resource.urn));
  const found = making.flatMap(({ resource }) => {
    const id = idOf(resource);
    return id === undefined ? [] : [{ ...resource, id }];
  });
  return {
    lines: pending.map(
      ({ resource, type }) => `${typeInWords(resource.type)} ${nameOf(resource)}: ${undecided(resource, type)}`,
    ),
    settled: { ...exported, deployment: { ...rest, resources: [...resources, ...found] } },
  };
}

function undecided(resource: Resource, type: string): string {
  if (type !== "creating") return `was ${type} when it was interrupted; it is read again`;
  if (idOf(resource) !== undefined) return "was being created; it is looked for in AWS";
  return madeAgain.test(resource.type)
    ? "was being created; it is created again"
    : "was being created; if AWS has created it, Pulumi does not know it: look for it, and delete it by hand";
}

const nameOf = ({ urn }: Resource): string => urn.split("::").slice(3).join("::");

/** The id that a resource has or would have: the one that the provider imports it by (its documentation, "Import"). */
function idOf({ type, inputs = {} }: Resource): string | undefined {
  const parts = idParts[type]?.map((input) => inputs[input]);
  if (parts === undefined || !parts.every((part) => typeof part === "string" && part !== "")) return undefined;
  return type === "aws:ecs/service:Service"
    ? parts.map((part) => String(part).replace(/^arn:.*\//, "")).join("/")
    : parts.join(":");
}

/** Types that can be created twice: AWS replaces the first by the same again. */
const madeAgain =
  /:(RolePolicy|Bucket\w+|LifecyclePolicy|Cluster|EventRule|EventTarget|Topic|TopicPolicy|TopicSubscription|Target|Policy|TaskDefinition)$/;

/** Types for which AWS refuses a second creation with the same name, and the inputs that form their ids. */
const idParts: Readonly<Record<string, readonly string[] | undefined>> = {
  "aws:cloudwatch/logGroup:LogGroup": ["name"],
  "aws:codebuild/project:Project": ["name"],
  "aws:codepipeline/pipeline:Pipeline": ["name"],
  "aws:ecr/repository:Repository": ["name"],
  "aws:ecs/service:Service": ["cluster", "name"],
  "aws:iam/role:Role": ["name"],
  "aws:lambda/function:Function": ["name"],
  "aws:s3/bucket:Bucket": ["bucket"],
  "aws:ssm/parameter:Parameter": ["name"],
};
