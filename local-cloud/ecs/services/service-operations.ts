import { AwsError } from "../../kit/service.ts";
import type { Input, World } from "../../kit/service.ts";
import { ecsArn, lastPart } from "../kit/arns.ts";
import { activeCluster } from "../kit/cluster-operations.ts";
import { activeDefinition } from "../definitions/definition-operations.ts";
import { describeService } from "./describe-service.ts";
import { integer, objects, optional, required, strings, tagsOf, wantsTags } from "../kit/input.ts";
import type { LoadBalancers } from "../balancing/load-balancers.ts";
import type { Relays } from "../tasks/relays.ts";
import { tasksOf } from "./scheduler-acts.ts";
import { checkServiceConnect, endpointOf, endpointsFor } from "./service-connect.ts";
import type { Scheduler } from "./scheduler.ts";
import { withDeployment } from "./service-changes.ts";
import { now } from "../kit/state.ts";
import type { Definition, LoadBalancer, Rolling, Service, State } from "../kit/state.ts";

/** What operations on services work with. */
export interface ServiceParts {
  readonly world: World;
  readonly state: State;
  readonly balancers: LoadBalancers;
  readonly relays: Relays;
  readonly scheduler: Scheduler;
}

/** Creating, describing, changing and deleting services. */
export function serviceOperations(parts: ServiceParts) {
  const { world, state, scheduler } = parts;
  return {
    CreateService: async (input: Input) => {
      const service = await create(parts, input);
      scheduler.look(service.arn);
      return { service: describeService(state, service, true) };
    },
    DescribeServices: (input: Input) => {
      const cluster = activeCluster(state, input["cluster"]);
      const asked = strings(input, "services").map((given) => ecsArn(world, "service", cluster.name, lastPart(given)));
      const found = asked.flatMap((arn) => state.services.get(arn) ?? []);
      const failures = asked.filter((arn) => !state.services.has(arn)).map((arn) => ({ arn, reason: "MISSING" }));
      return { services: found.map((service) => describeService(state, service, wantsTags(input))), failures };
    },
    UpdateService: async (input: Input) => {
      const service = await change(parts, input);
      scheduler.look(service.arn);
      return { service: describeService(state, service, true) };
    },
    DeleteService: (input: Input) => {
      const service = activeService(world, state, input);
      if (service.desired > 0 && input["force"] !== true) {
        throw new AwsError("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.");
      }
      const draining: Service = { ...service, status: "DRAINING", desired: 0 };
      state.services.set(service.arn, draining);
      scheduler.look(service.arn);
      return { service: describeService(state, draining, false) };
    },
  };
}

async function create(parts: ServiceParts, input: Input): Promise<Service> {
  const { world, state, balancers } = parts;
  const cluster = activeCluster(state, input["cluster"]);
  const name = required(input, "serviceName");
  const arn = ecsArn(world, "service", cluster.name, name);
  if ((state.services.get(arn)?.status ?? "INACTIVE") !== "INACTIVE") {
    throw new AwsError("InvalidParameterException", "Creation of service was not idempotent.");
  }
  const definition = activeDefinition(state, required(input, "taskDefinition"));
  const loadBalancers = readLoadBalancers(input, definition);
  checkServiceConnect(input, definition);
  for (const { targetGroupArn } of loadBalancers) await balancers.attach(targetGroupArn);
  const service: Service = {
    arn,
    name,
    cluster: cluster.name,
    status: "ACTIVE",
    desired: checkedCount(input) ?? 1,
    settings: settingsOf(input),
    loadBalancers,
    rolling: readRolling(input),
    graceSeconds: integer(input, "healthCheckGracePeriodSeconds") ?? 0,
    deployments: [],
    history: [],
    revisions: {},
    events: [],
    steady: false,
    notBefore: 0,
    createdAt: now(),
  };
  state.tags.set(arn, tagsOf(input));
  return deploy(parts, service, definition);
}

// "forceNewDeployment", a new task definition, network or Service Connect makes a deployment; a count or a percentage
// does not.
async function change(parts: ServiceParts, input: Input): Promise<Service> {
  const { world, state, balancers } = parts;
  const before = activeService(world, state, input);
  const [primary] = before.deployments;
  const given = optional(input, "taskDefinition");
  const definition = given === undefined ? primary?.definition : activeDefinition(state, given);
  if (definition === undefined) throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  const loadBalancers =
    input["loadBalancers"] === undefined ? before.loadBalancers : readLoadBalancers(input, definition);
  const desired = checkedCount(input) ?? before.desired;
  checkServiceConnect({ ...before.settings, ...input }, definition);
  for (const { targetGroupArn } of loadBalancers) await balancers.attach(targetGroupArn);
  // Changes made while the load balancer was looked up must not be lost.
  const service: Service = {
    ...(state.services.get(before.arn) ?? before),
    desired,
    loadBalancers,
    settings: { ...before.settings, ...settingsOf(input) },
    rolling: input["deploymentConfiguration"] === undefined ? before.rolling : readRolling(input, before.rolling),
    graceSeconds: integer(input, "healthCheckGracePeriodSeconds") ?? before.graceSeconds,
  };
  const differs = (name: string): boolean =>
    input[name] !== undefined && JSON.stringify(input[name]) !== JSON.stringify(before.settings[name]);
  const deploys =
    input["forceNewDeployment"] === true ||
    definition.taskDefinitionArn !== primary?.definition.taskDefinitionArn ||
    JSON.stringify(loadBalancers) !== JSON.stringify(before.loadBalancers) ||
    ["networkConfiguration", "platformVersion", "capacityProviderStrategy", "serviceConnectConfiguration"].some(
      differs,
    );
  if (deploys) return deploy(parts, service, definition);
  state.services.set(before.arn, service);
  return service;
}

/** Begins a deployment of a service: opens its endpoint first, because the deployment must know it. */
function deploy({ world, state, relays }: ServiceParts, service: Service, definition: Definition): Service {
  const endpoint = endpointOf(service);
  if (endpoint !== undefined) relays.open(endpoint);
  const deployed = withDeployment(world, service, definition, endpointsFor(state, service));
  state.services.set(service.arn, deployed);
  return deployed;
}

/** The service of a request; throws when it does not exist or is not ACTIVE. */
function activeService(world: World, state: State, input: Input): Service {
  const cluster = activeCluster(state, input["cluster"]);
  const service = state.services.get(ecsArn(world, "service", cluster.name, lastPart(required(input, "service"))));
  if (service === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
  if (service.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  return service;
}

/** Moves a service's count between two bounds, as registering a scalable target does. */
export function keepCount(
  { world, state, scheduler }: ServiceParts,
  cluster: string,
  name: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): void {
  const service = state.services.get(ecsArn(world, "service", cluster, name));
  if (service === undefined)
    throw new AwsError("ValidationException", `ECS service doesn't exist: service/${cluster}/${name}`);
  const desired = Math.min(Math.max(service.desired, minimum), maximum);
  // "If the specified resource is not active in the target service, this operation does not change the resource's
  // current capacity": API reference, RegisterScalableTarget.
  if (service.status !== "ACTIVE" || service.desired === desired) return;
  state.services.set(service.arn, { ...service, desired });
  scheduler.look(service.arn);
}

/** Docker's container identifiers of a service's tasks, by task ARN and container name. */
export function dockerIdsOf(
  world: World,
  state: State,
  cluster: string,
  name: string,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const tasks = tasksOf(state, ecsArn(world, "service", cluster, name)).filter(({ status }) => status === "RUNNING");
  return Object.fromEntries(
    tasks.map(({ arn, containers }) => [
      arn,
      Object.fromEntries(containers.map((container) => [container.name, container.dockerId ?? ""])),
    ]),
  );
}

function checkedCount(input: Input): number | undefined {
  const count = integer(input, "desiredCount");
  if (count !== undefined && count < 0)
    throw new AwsError("InvalidParameterException", "Desired count can not be negative.");
  return count;
}

function readLoadBalancers(input: Input, definition: Definition): readonly LoadBalancer[] {
  return objects(input, "loadBalancers").map((each) => {
    const containerName = required(each, "containerName");
    const containerPort = integer(each, "containerPort") ?? 0;
    const container = definition.containerDefinitions.find(({ name }) => name === containerName);
    if (container === undefined)
      throw new AwsError(
        "InvalidParameterException",
        `The container ${containerName} does not exist in the task definition.`,
      );
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      throw new AwsError(
        "InvalidParameterException",
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
    return { targetGroupArn: required(each, "targetGroupArn"), containerName, containerPort };
  });
}

function readRolling(input: Input, before?: Rolling): Rolling {
  const given = (input["deploymentConfiguration"] ?? {}) as Input;
  const breaker = given["deploymentCircuitBreaker"] as Input | undefined;
  return {
    minimumHealthyPercent: integer(given, "minimumHealthyPercent") ?? before?.minimumHealthyPercent ?? 100,
    maximumPercent: integer(given, "maximumPercent") ?? before?.maximumPercent ?? 200,
    breaker:
      breaker === undefined
        ? (before?.breaker ?? { enable: false, rollback: false })
        : { enable: breaker["enable"] === true, rollback: breaker["rollback"] === true },
  };
}

const replied = [
  "launchType",
  "capacityProviderStrategy",
  "platformVersion",
  "networkConfiguration",
  "propagateTags",
  "enableECSManagedTags",
  "enableExecuteCommand",
  "availabilityZoneRebalancing",
  "schedulingStrategy",
  "deploymentController",
  "roleArn",
  "serviceConnectConfiguration",
];

function settingsOf(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => replied.includes(name) && value !== undefined),
  );
}
