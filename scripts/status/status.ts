import { lastPart } from "../../build/verdict/arn.ts";
import { shortened } from "../kit/columns.ts";
import { inProgress } from "../look/in-progress.ts";
import { isOwn, readImage } from "../kit/image-view.ts";
import { readPipeline, readRun, type RunView } from "../look/pipeline-view.ts";
import { UsageError } from "../kit/refusal.ts";
import { findDefinition, readDefinition, revisionView } from "../look/revision-view.ts";
import { readHold } from "../guard/rollback-hold.ts";
import { readDeployments, readServices, readTasks, type ServiceView } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { serviceStatus, statusLines, type ServiceFacts, type ServiceStatus, type Status } from "./status-report.ts";
import { aborted, type Clients } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";

/** Prints the state of an environment. */
export const statusVerb = verb({
  help: "what runs now, what is in progress, and what is wrong",
  options: {
    stack: common.stack,
    watch: { type: "boolean", help: "continue until Ctrl-C, and print it again when it changes" },
    json: common.json,
  },
  run: async ({ stack, watch, json }, around) => {
    if (stack === undefined) throw new UsageError("status: give --stack");
    const names = await around.locate(stack);
    const clients = around.clients(names.region);
    const signal = watch === true ? around.interruption() : undefined;
    let shown = "";
    do {
      const status = await readStatus(names, clients);
      const lines = json === true ? [JSON.stringify(status)] : statusLines(status, around.now());
      if (watch === true && json !== true && around.redraw !== undefined)
        around.redraw((look) => lines.map((line) => shortened(line, look.columns)));
      else if (JSON.stringify(status) !== shown) for (const line of lines) around.say(line);
      shown = JSON.stringify(status);
      if (signal?.aborted === false) await Promise.race([around.pause(), aborted(signal)]);
    } while (signal?.aborted === false);
    return 0;
  },
});

/** Reads the state of an environment. */
export async function readStatus(names: StackNames, clients: Clients): Promise<Status> {
  const { codepipeline, ecs, ssm } = clients;
  const [services, pipeline, hold] = await Promise.all([
    readServices(ecs, names.cluster, names.services),
    readPipeline(codepipeline, names.pipeline),
    readHold(ssm, names.rollbackHold),
  ]);
  const progress = inProgress(pipeline, services);
  const run = async (id: string | undefined): Promise<RunView | undefined> =>
    id === undefined ? undefined : await readRun(codepipeline, names.pipeline, id);
  const [states, inRelease, approval, beforeRelease] = await Promise.all([
    Promise.all(services.map((service) => readService(names, clients, service))),
    run(progress.inRelease),
    run(progress.approval?.executionId),
    run(progress.beforeRelease),
  ]);
  const { closed } = progress;
  return { stack: names.stack, url: names.url, services: states, inRelease, approval, beforeRelease, closed, hold };
}

async function readService(names: StackNames, clients: Clients, service: ServiceView): Promise<ServiceStatus> {
  return serviceStatus(await readFacts(names, clients, service));
}

/** Reads everything that a status or a verification of one ECS service needs. */
export async function readFacts<Service extends ServiceView>(
  names: StackNames,
  { ecs, ecr }: Pick<Clients, "ecs" | "ecr">,
  service: Service,
): Promise<ServiceFacts & { readonly service: Service }> {
  const made = lastPart(names.madeRevisions[service.name]);
  const [definition, own, tasks, deployments] = await Promise.all([
    readDefinition(ecs, service.revision),
    made === "" || made === service.revision ? undefined : findDefinition(ecs, made),
    readTasks(ecs, names.cluster, service.name),
    readDeployments(ecs, names.cluster, service.name, 3),
  ]);
  const revision = revisionView(definition);
  const images = [...new Set(revision.containers.map(({ image }) => image))].filter((image) =>
    isOwn(image, names.repositories),
  );
  const found = await Promise.all(images.map(async (image) => [image, await readImage(ecr, image)] as const));
  const template = names.templates[service.name];
  const facts = { service, revision, definition, made: own, tasks, deployments, template };
  return { ...facts, images: Object.fromEntries(found) };
}
