import { AwsError } from "../../kit/service.ts";
import type { Input, World } from "../../kit/service.ts";
import { ecsArn, lastPart } from "../kit/arns.ts";
import { activeCluster } from "../kit/cluster-operations.ts";
import { describeServiceDeployment } from "./describe-service.ts";
import { page, required, strings, upTo20 } from "../kit/input.ts";
import type { Scheduler } from "./scheduler.ts";
import { failed, rolledBack, withRecord } from "./service-changes.ts";
import type { Revision, Service, ServiceDeployment, State } from "../kit/state.ts";

/** Listing, describing and stopping service deployments, and describing the revisions they deploy. */
export function serviceDeploymentOperations(world: World, state: State, scheduler: Scheduler) {
  return {
    ListServiceDeployments: (input: Input) => {
      const cluster = activeCluster(state, input["cluster"] ?? required(input, "service").split("/").at(-2));
      const service = state.services.get(ecsArn(world, "service", cluster.name, lastPart(required(input, "service"))));
      if (service === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
      const statuses = strings(input, "status");
      // "created before this time" and "created after this time" (ECS API reference, CreatedAt).
      const { after = 0, before = Infinity } = (input["createdAt"] ?? {}) as { after?: number; before?: number };
      const wanted = service.history
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
        .filter(({ createdAt }) => createdAt > after && createdAt < before);
      // "If this parameter isn't used, then ListServiceDeployments returns up to 20 results".
      const { items, ...more } = page(input, wanted, 20);
      return { serviceDeployments: items.map((record) => brief(service, record)), ...more };
    },
    DescribeServiceDeployments: (input: Input) => {
      const arns = upTo20(input, "serviceDeploymentArns");
      const found = arns.map((arn) => ({ arn, record: find(state, arn) }));
      return {
        serviceDeployments: found.flatMap(({ record }) =>
          record === undefined ? [] : [describeServiceDeployment(state, ...record)],
        ),
        failures: found.filter(({ record }) => record === undefined).map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
    DescribeServiceRevisions: (input: Input) => {
      const arns = upTo20(input, "serviceRevisionArns");
      const found = arns.map((arn) => ({ arn, service: serviceOf(state, arn) }));
      return {
        serviceRevisions: found.flatMap(({ arn, service }) => {
          const revision = service?.revisions[arn];
          return service === undefined || revision === undefined ? [] : [describeRevision(service, revision)];
        }),
        failures: found
          .filter(({ arn, service }) => service?.revisions[arn] === undefined)
          .map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
    StopServiceDeployment: (input: Input) => {
      const arn = required(input, "serviceDeploymentArn");
      stop(state, arn, input["stopType"] ?? "ROLLBACK");
      scheduler.look(serviceOf(state, arn)?.arn ?? "");
      return { serviceDeploymentArn: arn };
    },
  };
}

function brief(service: Service, record: ServiceDeployment): object {
  const { arn, status, statusReason, targetRevision, createdAt, startedAt, finishedAt } = record;
  const clusterArn = service.arn.replace(/:service\/.*$/u, `:cluster/${service.cluster}`);
  return {
    serviceDeploymentArn: arn,
    serviceArn: service.arn,
    clusterArn,
    targetServiceRevisionArn: targetRevision,
    status,
    statusReason,
    createdAt,
    startedAt,
    finishedAt,
  };
}

function describeRevision(service: Service, { arn, definition, digests, createdAt }: Revision): object {
  return {
    serviceRevisionArn: arn,
    serviceArn: service.arn,
    taskDefinition: definition.taskDefinitionArn,
    createdAt,
    clusterArn: service.arn.replace(/:service\/.*$/u, `:cluster/${service.cluster}`),
    launchType: "FARGATE",
    loadBalancers: service.loadBalancers,
    networkConfiguration: service.settings["networkConfiguration"],
    containerImages: definition.containerDefinitions.map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: digests[name],
    })),
  };
}

/** The service that a service deployment's or revision's ARN names: `…:service-deployment/<cluster>/<service>/<id>`. */
function serviceOf(state: State, arn: string): Service | undefined {
  const [, start = "", path = ""] = /^(.*:)service-(?:deployment|revision)\/(.+)\/[^/]+$/u.exec(arn) ?? [];
  return state.services.get(`${start}service/${path}`);
}

function find(state: State, arn: string): [Service, ServiceDeployment] | undefined {
  const service = serviceOf(state, arn);
  const record = service?.history.find((each) => each.arn === arn);
  return service === undefined || record === undefined ? undefined : [service, record];
}

function stop(state: State, arn: string, stopType: unknown): void {
  const [service, record] = find(state, arn) ?? [];
  if (service === undefined || record === undefined)
    throw new AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.");
  if (record.status !== "IN_PROGRESS")
    throw new AwsError("ConflictException", "Only a service deployment that is in progress can be stopped.");
  const back = stopType === "ROLLBACK" && service.lastCompleted !== undefined;
  const statusReason = `Service deployment ${back ? "rolled back" : "stopped"} because of a user request.`;
  const changed = withRecord(back ? rolledBack(service) : failed(service), arn, { statusReason });
  state.services.set(service.arn, changed);
}
