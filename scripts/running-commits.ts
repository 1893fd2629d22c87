import { DescribeServicesCommand, DescribeTaskDefinitionCommand, type ECSClient } from "@aws-sdk/client-ecs";
import type { PipelineParts } from "./pipeline-parts.ts";

/** Tags of the commits whose images some services run, each once; none before the first release. */
export async function runningCommits(
  ecs: ECSClient,
  { cluster, services }: Pick<PipelineParts, "cluster" | "services">,
): Promise<readonly string[]> {
  if (services.length === 0) return [];
  const { services: found = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [...services] }));
  const released = found.filter(({ status, desiredCount = 0 }) => status === "ACTIVE" && desiredCount > 0);
  const revisions = [...new Set(released.flatMap(({ taskDefinition = [] }) => taskDefinition))];
  const images = await Promise.all(revisions.map((revision) => imagesOf(ecs, revision)));
  return [...new Set(images.flat().flatMap(commitOf))].toSorted();
}

async function imagesOf(ecs: ECSClient, taskDefinition: string): Promise<readonly string[]> {
  const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return (found?.containerDefinitions ?? []).flatMap(({ image = [] }) => image);
}

/** The tag that a build makes of a commit; an image with another one is not the pipeline's. */
function commitOf(image: string): readonly string[] {
  const [, tag] = /:([0-9a-f]{7})$/.exec(image) ?? [];
  return tag === undefined ? [] : [tag];
}
