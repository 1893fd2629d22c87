import type { Grant, Input, LocalService, World } from "../kit/service.ts";

/** ARN of a pipeline. */
export function pipelineArn({ region, accountId }: Pick<World, "region" | "accountId">, name: string): string {
  return `arn:aws:codepipeline:${region}:${accountId}:${name}`;
}

// Resources: Service Authorization Reference, AWS CodePipeline.
/** The permissions of each operation of CodePipeline. */
export function pipelineGrants(world: World): LocalService["grants"] {
  const arn = (...path: readonly unknown[]): string => pipelineArn(world, path.map(String).join("/"));
  const onPipeline = (operation: string, key: string): [string, (input: Input) => readonly Grant[]] => [
    operation,
    (input) => [{ action: `codepipeline:${operation}`, resource: arn(input[key]) }],
  ];
  const onStage = (operation: string): [string, (input: Input) => readonly Grant[]] => [
    operation,
    (input) => [{ action: `codepipeline:${operation}`, resource: arn(input["pipelineName"], input["stageName"]) }],
  ];
  const onArn = (operation: string): [string, (input: Input) => readonly Grant[]] => [
    operation,
    (input) => [{ action: `codepipeline:${operation}`, resource: String(input["resourceArn"]) }],
  ];
  const withRole = (operation: string): [string, (input: Input) => readonly Grant[]] => [
    operation,
    (input) => {
      const { name, roleArn } = input["pipeline"] as { readonly name: string; readonly roleArn: string };
      const context = { "iam:PassedToService": "codepipeline.amazonaws.com" };
      return [
        { action: `codepipeline:${operation}`, resource: arn(name) },
        { action: "iam:PassRole", resource: roleArn, context },
      ];
    },
  ];
  const grants: readonly [string, (input: Input) => readonly Grant[]][] = [
    withRole("CreatePipeline"),
    withRole("UpdatePipeline"),
    onPipeline("GetPipeline", "name"),
    onPipeline("DeletePipeline", "name"),
    ["ListPipelines", () => [{ action: "codepipeline:ListPipelines", resource: "*" }]],
    onPipeline("StartPipelineExecution", "name"),
    onPipeline("StopPipelineExecution", "pipelineName"),
    onPipeline("GetPipelineState", "name"),
    onPipeline("GetPipelineExecution", "pipelineName"),
    onPipeline("ListPipelineExecutions", "pipelineName"),
    onPipeline("ListActionExecutions", "pipelineName"),
    onStage("RetryStageExecution"),
    onStage("EnableStageTransition"),
    onStage("DisableStageTransition"),
    [
      "PutApprovalResult",
      (input) => [
        {
          action: "codepipeline:PutApprovalResult",
          resource: arn(input["pipelineName"], input["stageName"], input["actionName"]),
        },
      ],
    ],
    onArn("TagResource"),
    onArn("UntagResource"),
    onArn("ListTagsForResource"),
  ];
  return Object.fromEntries(grants);
}
