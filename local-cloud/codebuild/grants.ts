import type { Grant, Input, LocalService, World } from "../kit/service.ts";

/** The permissions of each operation. Source: IAM service authorization reference, AWS CodeBuild. */
export function codeBuildGrants(world: World): LocalService["grants"] {
  const on = (action: string, names: readonly string[]): readonly Grant[] =>
    [...new Set(names)].map((name) => ({ action: `codebuild:${action}`, resource: projectArn(world, name) }));
  const passRole = (input: Input): readonly Grant[] =>
    typeof input.serviceRole !== "string"
      ? []
      : [{ action: "iam:PassRole", resource: input.serviceRole, context: { "iam:PassedToService": service } }];
  const projectsOf = (builds: unknown) => list(builds).map((id) => id.split(":")[0] ?? id);
  return {
    CreateProject: (input) => [...on("CreateProject", list([input.name])), ...passRole(input)],
    UpdateProject: (input) => [...on("UpdateProject", list([input.name])), ...passRole(input)],
    DeleteProject: (input) => on("DeleteProject", list([input.name])),
    BatchGetProjects: (input) => on("BatchGetProjects", list(input.names)),
    StartBuild: (input) => on("StartBuild", list([input.projectName])),
    BatchGetBuilds: (input) => on("BatchGetBuilds", projectsOf(input.ids)),
    StopBuild: (input) => on("StopBuild", projectsOf([input.id])),
    ListBuildsForProject: (input) => on("ListBuildsForProject", list([input.projectName])),
  };
}

/** ARN of a project by its name. */
export function projectArn(world: World, name: string): string {
  return `arn:aws:codebuild:${world.region}:${world.accountId}:project/${name}`;
}

const service = "codebuild.amazonaws.com";

/** Names in a request; projects may be named by their ARN. */
function list(value: unknown): readonly string[] {
  return ((value ?? []) as readonly unknown[]).map((name) => String(name).replace(/^arn:.*:(project|build)\//, ""));
}
