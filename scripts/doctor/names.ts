import { DescribeRepositoriesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { readRevision } from "../look/revision-view.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";
import { missing, ok, type Check } from "./check.ts";
import type { PipelineDeclaration } from "./pipeline-declaration.ts";
import type { ProgramApplication } from "../pulumi/program-reading.ts";

/** The names in the Compose file, in the stack and in AWS. */
export interface NamesFound {
  readonly application: Pick<ProgramApplication, "services" | "images">;
  readonly names: Pick<StackNames, "stack" | "services" | "repositories">;
  readonly deploys: PipelineDeclaration["deploys"];
  readonly running: readonly RunningNames[];
  /** Images without a repository in ECR. */
  readonly withoutRepository: readonly string[];
}

export interface RunningNames {
  readonly service: string;
  /** As `family:revision`. */
  readonly revision: string;
  readonly containers: readonly string[];
}

/** Reads the containers of the revision that each service should run. */
export async function readRunning(names: StackNames, { ecs }: Pick<Clients, "ecs">): Promise<readonly RunningNames[]> {
  const services = await readServices(ecs, names.cluster, names.services);
  return Promise.all(
    services.map(async ({ name, revision }) => ({
      service: name,
      revision,
      containers: (await readRevision(ecs, revision)).containers.map((container) => container.name),
    })),
  );
}

/** Finds the images without a repository in ECR: one call for each image. */
export async function readAbsent(
  client: ECRClient,
  repositories: StackNames["repositories"],
): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(repositories).map(async ([image, uri]) => ((await isThere(client, uri)) ? [] : [image])),
  );
  return found.flat();
}

async function isThere(client: ECRClient, uri: string): Promise<boolean> {
  try {
    await client.send(new DescribeRepositoriesCommand({ repositoryNames: [uri.slice(uri.indexOf("/") + 1)] }));
    return true;
  } catch (error) {
    if (isAwsError(error, "RepositoryNotFoundException")) return false;
    throw error;
  }
}

/** Checks whether the Compose file, the stack, the running revisions and the pipeline use the same names. */
export function judgeNames(found: NamesFound): readonly Check[] {
  const { application, names } = found;
  const remedy = `run \`pulumi up --stack ${names.stack}\``;
  const wanted = application.services.map(({ name }) => name);
  const problems = [
    ...difference(wanted, names.services).map((name) => `ECS service ${name}: the stack does not have it yet`),
    ...difference(names.services, wanted).map((name) => `ECS service ${name}: the Compose file no longer has it`),
    ...application.services.flatMap((service) => serviceProblems(service, found)),
    ...difference(application.images, Object.keys(names.repositories)).map(
      (image) => `image ${image}: the stack has no repository for it yet`,
    ),
    ...found.withoutRepository.map((image) => `image ${image}: ECR has no ${names.repositories[image] ?? ""}`),
  ];
  if (problems.length > 0) return problems.map((problem) => missing(`${problem}; ${remedy}`));
  const containers = application.services.flatMap((service) => service.containers);
  return [
    ok(`names: ${containers.join(", ")} are the same in the Compose file, the task definitions and the pipeline`),
  ];
}

function serviceProblems(
  { name, containers, imageDefinitions }: ProgramApplication["services"][number],
  { running, deploys }: NamesFound,
): readonly string[] {
  const service = running.find((one) => one.service === name);
  const deploy = deploys.find((one) => one.service === name);
  return [
    ...(service === undefined
      ? []
      : [
          ...difference(containers, service.containers).map(
            (container) => `container ${container}: ${service.revision} does not have it`,
          ),
          ...difference(service.containers, containers).map(
            (container) => `container ${container}: ${service.revision} has it, the Compose file does not`,
          ),
        ]),
    ...(deploy === undefined || imageDefinitions === undefined || deploy.file === imageDefinitions
      ? []
      : [`ECS service ${name}: the pipeline deploys it from ${deploy.file}, the build writes ${imageDefinitions}`]),
  ];
}

const difference = (all: readonly string[], known: readonly string[]): readonly string[] =>
  all.filter((name) => !known.includes(name));
