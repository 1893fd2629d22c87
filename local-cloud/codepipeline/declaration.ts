/** A pipeline's declaration, in the API's terms, with the fields that the local cloud reads. */
export interface Pipeline {
  readonly name: string;
  readonly roleArn: string;
  readonly artifactStore: { readonly type: string; readonly location: string; readonly encryptionKey?: object };
  readonly stages: readonly Stage[];
  readonly pipelineType?: string;
  readonly executionMode?: string;
  readonly triggers?: readonly Trigger[];
  readonly variables?: readonly { readonly name: string; readonly defaultValue?: string }[];
  readonly version?: number;
}

/** Actions that belong together; one run at a time is in a stage. */
export interface Stage {
  readonly name: string;
  readonly actions: readonly Action[];
  readonly beforeEntry?: { readonly conditions: readonly Condition[] };
  readonly onSuccess?: object;
  readonly onFailure?: {
    readonly result?: string;
    /** @default FAILED_ACTIONS */
    readonly retryConfiguration?: { readonly retryMode?: string };
    readonly conditions?: readonly Condition[];
  };
}

/** Rules that must all be met, and the result when one is not. */
export interface Condition {
  readonly result?: string;
  readonly rules: readonly Rule[];
}

/** One rule of a condition. */
export interface Rule {
  readonly name: string;
  readonly ruleTypeId: { readonly category: string; readonly owner?: string; readonly provider: string };
  readonly configuration?: Readonly<Record<string, string>>;
  readonly timeoutInMinutes?: number;
}

/** The actions of a failed stage that a retry runs: those that have not succeeded, or all. */
export type RetryMode = "FAILED_ACTIONS" | "ALL_ACTIONS";

/** One step of a stage. */
export interface Action {
  readonly name: string;
  readonly actionTypeId: {
    readonly category: string;
    readonly owner: string;
    readonly provider: string;
    readonly version: string;
  };
  /** @default 1 */
  readonly runOrder?: number;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly inputArtifacts?: readonly { readonly name: string }[];
  readonly outputArtifacts?: readonly { readonly name: string }[];
  readonly roleArn?: string;
  readonly namespace?: string;
  readonly timeoutInMinutes?: number;
}

/** What starts runs of a V2 pipeline by itself. */
export interface Trigger {
  readonly providerType: string;
  readonly gitConfiguration: {
    readonly sourceActionName: string;
    readonly push?: readonly { readonly branches?: Filter; readonly tags?: Filter; readonly filePaths?: Filter }[];
    readonly pullRequest?: readonly object[];
  };
}

/** Glob patterns that a name must match, and must not. */
export interface Filter {
  readonly includes?: readonly string[];
  readonly excludes?: readonly string[];
}

/** How a failed stage is retried automatically; undefined when it is not. */
export function automaticRetry({ onFailure }: Stage): RetryMode | undefined {
  if (onFailure?.result !== "RETRY") return undefined;
  return onFailure.retryConfiguration?.retryMode === "ALL_ACTIONS" ? "ALL_ACTIONS" : "FAILED_ACTIONS";
}

/** The part of a stage that a retry runs, given the stage's action executions in their order. */
export function remaining(
  stage: Stage,
  records: readonly { readonly action: Pick<Action, "name">; readonly status: string }[],
  mode: RetryMode,
): Stage {
  if (mode === "ALL_ACTIONS") return stage;
  const statusOf = (name: string): string | undefined => records.findLast(({ action }) => action.name === name)?.status;
  return { ...stage, actions: stage.actions.filter(({ name }) => statusOf(name) !== "Succeeded") };
}

/** Actions of a stage in groups: the groups run one after the other, the actions of a group at the same time. */
export function runOrderGroups(stage: Stage): readonly (readonly Action[])[] {
  const byOrder = Map.groupBy(stage.actions, ({ runOrder = 1 }) => runOrder);
  return [...byOrder].toSorted(([a], [b]) => a - b).map(([, actions]) => actions);
}

/** Output variables by the namespace of their action. */
export type Namespaces = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Every `#{namespace.variable}` of a text. */
export function variableReferences(text: string): readonly { readonly namespace: string; readonly variable: string }[] {
  return [...text.matchAll(reference)].map(([, namespace = "", variable = ""]) => ({ namespace, variable }));
}

/** A text with its variables replaced by their values; throws when one has no value. */
export function resolveVariables(text: string, namespaces: Namespaces): string {
  return text.replaceAll(reference, (whole, namespace: string, variable: string) => {
    const value = namespaces.get(namespace)?.[variable];
    if (value === undefined) throw new Error(`An action execution variable could not be resolved: ${whole}`);
    return value;
  });
}

const reference = /#\{([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_-]+)\}/gu;
