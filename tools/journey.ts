import type { TestedResource, TestedStack } from "../testing/index.ts";

/** An action of the pipeline, and what it acts on. */
export interface Action {
  readonly stage: string;
  readonly name: string;
  /** Its place in the stage; actions with the same number run together. */
  readonly order: number;
  /** What runs it, such as `CodeBuild`. */
  readonly by: string;
  /** Name of the card that it acts on. @default - it changes nothing outside of the pipeline */
  readonly target?: string;
}

/** Something outside of the pipeline: images, a task, an ECS service. */
export interface Card {
  readonly name: string;
  readonly lines: readonly string[];
  /** Names of the parameters that it reads when it starts. */
  readonly reads: readonly string[];
}

/** From a push to the running service, read from the resources that the program registers. */
export interface Journey {
  readonly pipeline: string;
  readonly push: readonly string[];
  readonly actions: readonly Action[];
  readonly cards: readonly Card[];
  /** @default - no port is published */
  readonly balancer?: { readonly lines: readonly string[]; readonly target: string };
  /** Every parameter that a card reads. */
  readonly parameters: readonly string[];
  /** The database whose URL is a parameter. @default - there is none */
  readonly database?: { readonly lines: readonly string[]; readonly parameter: string };
}

/** Reads the journey of a stack; it names nothing that the stack does not register. */
export function journeyOf({ resources, only }: TestedStack): Journey {
  const pipeline = only("aws:codepipeline/pipeline:Pipeline");
  const found = actionsOf(pipeline, resources);
  const [source] = found;
  const cards = found.flatMap(({ card }) => card ?? []);
  const parameters = [...new Set(cards.flatMap(({ reads }) => reads))].toSorted();
  const balancer = balancerOf(resources);
  const database = databaseOf(resources, parameters);
  return {
    pipeline: text(pipeline.inputs["name"]),
    push:
      source === undefined
        ? []
        : [source.configuration["FullRepositoryId"], source.configuration["BranchName"]].map(text),
    actions: found.map(({ stage, name, order, by, card }) => ({
      stage,
      name,
      order,
      by,
      ...(card && { target: card.name }),
    })),
    cards,
    parameters,
    ...(balancer && { balancer }),
    ...(database && { database }),
  };
}

interface FoundAction extends Omit<Action, "target"> {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly card: Card | undefined;
}

/** The actions in the order in which they run; of those that run together, those of the balancer's service come last. */
function actionsOf(pipeline: TestedResource, resources: readonly TestedResource[]): readonly FoundAction[] {
  const rank = ({ card }: FoundAction): number =>
    card === undefined ? 2 : Number(card.name === balancerOf(resources)?.target);
  return records(pipeline.inputs["stages"]).flatMap((stage) => {
    const actions = records(stage["actions"]).map((action) => {
      const configuration = record(action["configuration"]);
      const by = providers[text(action["provider"])] ?? text(action["provider"]);
      const card = cardOf(configuration, resources);
      const order = Number(action["runOrder"] ?? 1);
      return { stage: text(stage["name"]), name: text(action["name"]), order, by, configuration, card };
    });
    return actions.toSorted((a, b) => a.order - b.order || rank(a) - rank(b));
  });
}

/** What people call the providers of actions. */
const providers: Readonly<Record<string, string | undefined>> = {
  CodeStarSourceConnection: "CodeConnections",
  Manual: "a person decides",
  ECS: "ECS action",
};

function cardOf(configuration: Readonly<Record<string, unknown>>, all: readonly TestedResource[]): Card | undefined {
  const { ServiceName: service, ProjectName: project } = configuration;
  if (service !== undefined) {
    const found = all.find(({ type, inputs }) => type === types.service && inputs["name"] === service);
    const [definition] = dependencies(found, types.definition, all);
    return { name: text(service), lines: ["ECS service", ...containers(definition)], reads: secrets(definition) };
  }
  const built = all.find(({ type, inputs }) => type === types.project && inputs["name"] === project);
  if (built === undefined) return undefined;
  const repositories = dependencies(built, types.repository, all).map(({ inputs }) => text(inputs["name"]));
  if (repositories.length > 0) return { name: "images", lines: ["Images in ECR", ...repositories], reads: [] };
  const definitions = dependencies(built, types.definition, all);
  const deployed = all
    .filter(({ type }) => type === types.service)
    .flatMap((service) => dependencies(service, types.definition, all));
  const [task] = definitions.filter((definition) => !deployed.includes(definition));
  if (task === undefined) return undefined;
  const [container] = records(task.inputs["containerDefinitions"]);
  const command = list(container?.["command"]).map(text).join(" ");
  return { name: text(task.inputs["family"]), lines: ["Task, runs once", command], reads: secrets(task) };
}

const types = {
  service: "aws:ecs/service:Service",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  project: "aws:codebuild/project:Project",
  repository: "aws:ecr/repository:Repository",
};

/** The resources of a type that another one waits for. */
function dependencies(of: TestedResource | undefined, type: string, all: readonly TestedResource[]) {
  const kind = type.split(":").at(-1) ?? "";
  return all.filter((one) => one.type === type && of?.dependencies.includes(`${kind} ${one.name}`) === true);
}

const containers = (definition: TestedResource | undefined): readonly string[] =>
  records(definition?.inputs["containerDefinitions"]).map(({ name, portMappings }) => {
    const ports = records(portMappings).map(({ containerPort }) => ` :${String(containerPort)}`);
    return `${text(name)}${ports.join("")}`;
  });

function secrets(definition: TestedResource | undefined): readonly string[] {
  const all = records(definition?.inputs["containerDefinitions"]).flatMap((container) => records(container["secrets"]));
  return [...new Set(all.map(({ name }) => text(name)))].toSorted();
}

function balancerOf(all: readonly TestedResource[]): Journey["balancer"] {
  const behind = all.find(({ type, inputs }) => type === types.service && records(inputs["loadBalancers"]).length > 0);
  const [entry] = records(behind?.inputs["loadBalancers"]);
  if (behind === undefined || entry === undefined) return undefined;
  const listeners = all.filter(({ type }) => type === "aws:lb/listener:Listener");
  const from = listeners.map(({ inputs }) => `${text(inputs["protocol"])} :${String(inputs["port"])}`);
  const to = `→ ${text(entry["containerName"])} :${String(entry["containerPort"])}`;
  return { lines: ["Load balancer", from.join(", "), to], target: text(behind.inputs["name"]) };
}

function databaseOf(all: readonly TestedResource[], parameters: readonly string[]): Journey["database"] {
  const put = all.find(
    ({ type, inputs, dependencies }) =>
      type === "aws:ssm/parameter:Parameter" &&
      parameters.includes(text(inputs["name"]).split("/").at(-1) ?? "") &&
      dependencies.some((one) => one.startsWith("Instance ")),
  );
  const database = all.find(({ type }) => type === "aws:rds/instance:Instance");
  if (put === undefined || database === undefined) return undefined;
  const { inputs } = database;
  return {
    lines: [`RDS ${text(inputs["engine"])}`, text(inputs["instanceClass"])],
    parameter: text(put.inputs["name"]).split("/").at(-1) ?? "",
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown) => list(value).filter(isRecord);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
