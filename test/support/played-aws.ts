import type { Clients } from "../../build/kit/clients.ts";

/** An operation of AWS's API with its input. */
export type Call = readonly [operation: string, input: Readonly<Record<string, unknown>>];

/**
 * What AWS answers to each operation, or to `OPERATION VALUE …` where these values are among its inputs, in order; the
 * last answer is given for ever. `{"error": CODE, "message": TEXT}` is a refusal. Of the things that a call asks for by
 * their names, an answer holds at least these; only they are given.
 */
export type Answers = Readonly<Record<string, readonly unknown[]>>;

type Input = Readonly<Record<string, unknown>>;

/** Clients of AWS that answer as a case says, and the calls that they get. */
export function playAws(answers: Answers) {
  const calls: Call[] = [];
  const left = new Map(Object.entries(answers).map(([key, list]) => [key, [...list]]));
  const actions = new Set<string>();
  const answer = (service: string, operation: string, input: Input): unknown => {
    actions.add(`${service}:${operation}`);
    calls.push([operation, plain(input)]);
    const list = left.get(keyOf([...left.keys()], operation, input) ?? "");
    if (list === undefined) throw new Error(`the case has no answer to ${operation} ${JSON.stringify(input)}`);
    const next = list.length > 1 ? list.shift() : list[0];
    if (isRefusal(next))
      throw Object.assign(new Error(next.message ?? `${operation} is refused`), { name: next.error });
    return narrowed(operation, input, revived(next));
  };
  /** A client of the service that has this prefix in IAM. */
  const client = (service: string) => ({
    send: (command: { readonly input: Input; readonly constructor: { readonly name: string } }) =>
      new Promise((resolve) => {
        resolve(answer(service, command.constructor.name.replace(/Command$/, ""), command.input));
      }),
  });
  // The one place where a test says what AWS is: each client has nothing but `send`.
  const clients = {
    ecs: client("ecs"),
    ecr: client("ecr"),
    codepipeline: client("codepipeline"),
    logs: client("logs"),
    balancers: client("elasticloadbalancing"),
    scaling: client("application-autoscaling"),
  };
  return {
    clients: clients as unknown as Clients,
    /** IAM actions of the calls. */
    actions,
    calls,
    counts: () => {
      const counts = new Map<string, number>();
      for (const [operation] of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
      return counts;
    },
  };
}

/** The key with the most values that are all among the inputs; the cluster may have the name of a service, and does not count. */
function keyOf(keys: readonly string[], operation: string, input: Input): string | undefined {
  const given = Object.entries(input).flatMap(([name, value]) => (name === "cluster" ? [] : [value]));
  const values = new Set(given.flat(2).map(String));
  const [best] = keys
    .map((key) => key.split(" "))
    .filter(([name, ...wanted]) => name === operation && wanted.every((value) => values.has(value)))
    .toSorted((a, b) => b.length - a.length);
  return best?.join(" ");
}

/** For an operation: its input with names, the list in its answer, and where an entry of that has its name. */
const named: Readonly<Record<string, readonly [input: string, list: string, name: string]>> = {
  DescribeServices: ["services", "services", "serviceName"],
  DescribeTasks: ["tasks", "tasks", "taskArn"],
  DescribeServiceDeployments: ["serviceDeploymentArns", "serviceDeployments", "serviceDeploymentArn"],
  DescribeServiceRevisions: ["serviceRevisionArns", "serviceRevisions", "serviceRevisionArn"],
};

/** What AWS gives of an answer: the things that the call asks for. */
function narrowed(operation: string, input: Input, answer: unknown): unknown {
  const whole = answer as Record<string, readonly Input[] | undefined>;
  const [asked = "", list = "", name = ""] = named[operation] ?? [];
  if (list !== "") {
    const names = input[asked] as readonly unknown[];
    return { ...whole, [list]: whole[list]?.filter((entry) => names.includes(entry[name])) };
  }
  if (operation !== "ListServiceDeployments") return answer;
  // "createdAt": deployments that were created in the time between (ECS API reference, ListServiceDeployments).
  const { after = new Date(0), before = new Date(8.64e15) } = (input["createdAt"] ?? {}) as Record<string, Date>;
  const isWanted = ({ createdAt }: Input): boolean =>
    createdAt instanceof Date && createdAt > after && createdAt < before;
  return { serviceDeployments: whole["serviceDeployments"]?.filter(isWanted) };
}

const isRefusal = (answer: unknown): answer is { readonly error: string; readonly message?: string } =>
  typeof answer === "object" && answer !== null && "error" in answer;

/** JSON without what is undefined, as the API gets it. */
const plain = (input: Input): Input => JSON.parse(JSON.stringify(input)) as Input;

/** An answer whose times are dates, as the SDK gives them. */
const revived = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value,
  );
