import { AwsError } from "../kit/service.ts";
import { conditionProblem } from "./check-conditions.ts";
import { type Action, type Pipeline, type Stage, variableReferences } from "./declaration.ts";

/** Throws for a declaration that CodePipeline would refuse, or that has what the local cloud does not execute. */
export function checkPipeline(pipeline: Pipeline): void {
  if (!/^[A-Za-z0-9.@\-_]{1,100}$/u.test(pipeline.name)) throw structure(`pipeline name ${pipeline.name} is not valid`);
  if (pipeline.stages.length < 2) throw structure("Pipeline should have at least two stages");
  if (pipeline.artifactStore.encryptionKey !== undefined)
    throw structure("artifactStore.encryptionKey: the local cloud encrypts nothing; leave artifactKmsKeyArn empty");
  checkType(pipeline);
  noDuplicates(
    pipeline.stages.map(({ name }) => name),
    (name) => `Duplicate stage name: ${name}`,
  );
  const actions = pipeline.stages.flatMap((stage) => stage.actions);
  noDuplicates(
    actions.flatMap(({ outputArtifacts = [] }) => outputArtifacts.map(({ name }) => name)),
    (name) => `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once`,
  );
  noDuplicates(
    actions.flatMap(({ namespace }) => namespace ?? []),
    (name) => `Namespace ${name} has been used more than once`,
  );
  pipeline.stages.forEach((stage, index) => {
    checkStage(stage, index, pipeline.stages.slice(0, index));
  });
}

function checkType({
  pipelineType = "V1",
  executionMode = "SUPERSEDED",
  triggers = [],
  variables = [],
  stages,
}: Pipeline): void {
  const v2Only = [
    ...(triggers.length > 0 ? ["triggers"] : []),
    ...(variables.length > 0 ? ["variables"] : []),
    ...(executionMode === "SUPERSEDED" ? [] : [`executionMode ${executionMode}`]),
    ...(stages.some(({ beforeEntry, onSuccess, onFailure }) => beforeEntry ?? onSuccess ?? onFailure)
      ? ["conditions"]
      : []),
  ];
  if (pipelineType !== "V2" && v2Only.length > 0)
    throw structure(`${v2Only.join(", ")}: only supported for pipelines of type V2`);
  const unmodelled = v2Only.filter((feature) => feature.startsWith("executionMode"));
  if (unmodelled.length > 0) throw structure(`${unmodelled.join(", ")}: the local cloud does not execute this`);
  const problem = stages.map(conditionProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw structure(problem);
}

function checkStage(stage: Stage, index: number, before: readonly Stage[]): void {
  noDuplicates(
    stage.actions.map(({ name }) => name),
    (name) => `Stage ${stage.name} has more than one action with the name ${name}`,
  );
  if (stage.actions.length === 0) throw structure(`Stage ${stage.name} has no actions`);
  for (const action of stage.actions) {
    const { category, provider } = action.actionTypeId;
    if ((category === "Source") !== (index === 0)) {
      throw structure(
        index === 0
          ? "Pipeline should start with a stage that only contains source actions"
          : `Source action ${action.name} is only allowed in the first stage`,
      );
    }
    const earlier = [
      ...before.flatMap(({ actions }) => actions),
      ...stage.actions.filter(({ runOrder = 1 }) => runOrder < (action.runOrder ?? 1)),
    ];
    checkInputs(action, earlier);
    checkReferences(stage, action, earlier);
    checkTimeout(action);
    checkBuildInputs(action);
    const required = requiredConfiguration[`${category} ${provider}`];
    if (required === undefined)
      throw declaration(`ActionType (Category: '${category}', Provider: '${provider}') is not available`);
    const missing = required.filter((key) => action.configuration?.[key] === undefined);
    if (missing.length > 0)
      throw configuration(
        `Action configuration for action '${action.name}' is missing required configuration '${missing.join("', '")}'`,
      );
  }
}

function checkInputs(action: Action, earlier: readonly Action[]): void {
  const made = new Set(earlier.flatMap(({ outputArtifacts = [] }) => outputArtifacts.map(({ name }) => name)));
  const unknown = (action.inputArtifacts ?? []).find(({ name }) => !made.has(name));
  if (unknown !== undefined) {
    throw declaration(
      `Input Artifact Bundle ${unknown.name} in action ${action.name} is not declared as Output Artifact Bundle in any of the preceding actions`,
    );
  }
}

function checkReferences(stage: Stage, action: Action, earlier: readonly Action[]): void {
  const known = new Set(["codepipeline", "variables", ...earlier.flatMap(({ namespace }) => namespace ?? [])]);
  const unknown = Object.values(action.configuration ?? {})
    .flatMap(variableReferences)
    .find(({ namespace }) => !known.has(namespace));
  if (unknown !== undefined) {
    throw declaration(
      `The following pipeline execution variables are referencing a namespace that does not exist: StageName=[${stage.name}], ActionName=[${action.name}], #{${unknown.namespace}.${unknown.variable}}`,
    );
  }
}

// "CodeBuild build and test action reference": at most five input artifacts, and PrimarySource where there are several.
function checkBuildInputs({ name, actionTypeId: { provider }, inputArtifacts = [], configuration = {} }: Action): void {
  if (provider !== "CodeBuild") return;
  if (inputArtifacts.length > 5)
    throw declaration(`Action ${name} has ${inputArtifacts.length} input artifacts; the maximum is 5`);
  if (inputArtifacts.length > 1 && configuration["PrimarySource"] === undefined)
    throw declaration(`Action ${name}: PrimarySource is required when there is more than one input artifact`);
}

// "This attribute is available only to the manual approval ActionType", from 5 to 86400 minutes: API reference,
// ActionDeclaration, timeoutInMinutes.
function checkTimeout({ name, actionTypeId: { provider }, timeoutInMinutes: minutes }: Action): void {
  if (minutes === undefined) return;
  if (provider !== "Manual") throw declaration(`Action ${name}: timeoutInMinutes is for manual approvals only`);
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 86_400)
    throw declaration(`Action ${name}: timeoutInMinutes ${minutes} is out of range; choose from 5 to 86400`);
}

const requiredConfiguration: Readonly<Record<string, readonly string[]>> = {
  "Source CodeStarSourceConnection": ["ConnectionArn", "FullRepositoryId", "BranchName"],
  "Source CodeCommit": ["RepositoryName", "BranchName"],
  "Source S3": ["S3Bucket", "S3ObjectKey"],
  "Source ECR": ["RepositoryName"],
  "Build CodeBuild": ["ProjectName"],
  "Test CodeBuild": ["ProjectName"],
  "Approval Manual": [],
  "Deploy ECS": ["ClusterName", "ServiceName"],
};

function noDuplicates(names: readonly string[], message: (name: string) => string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw structure(message(twice));
}

function structure(message: string): AwsError {
  return new AwsError("InvalidStructureException", message);
}

function declaration(message: string): AwsError {
  return new AwsError("InvalidActionDeclarationException", message);
}

function configuration(message: string): AwsError {
  return new AwsError("InvalidActionDeclarationException", message);
}
