import { awsHandlers, type Handler, type Handlers } from "../../local-cloud/index.ts";
import { echoed } from "./recording-answers.ts";
import type { CloudCell, Hang } from "./recording-cloud.ts";
import { recordingResources } from "./recording-resources.ts";

/** The resource types of the stand-in provider with its rules for replacement, but a cloud in memory behind them. */
export function recordingHandlers(cell: CloudCell): Handlers {
  const inMemory = recordingResources(cell);
  return Object.fromEntries(
    Object.entries({ ...awsHandlers, ...ofTeams }).map(([token, rules]) => {
      const handler = { ...echoed(token, rules), ...inMemory[token] };
      return [token, faulty(cell, token, onlyOnce.includes(token) ? named(cell, token, handler) : handler)];
    }),
  );
}

/** Types that only a team's own program creates. */
const ofTeams: Handlers = {
  "aws:sqs/queue:Queue": { replaceOn: ["name"], create: () => Promise.reject(new Error("the recording answers")) },
};

/** Types of which AWS creates no second one of the same name. */
const onlyOnce = [
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:codebuild/project:Project",
  "aws:codepipeline/pipeline:Pipeline",
  "aws:ecr/repository:Repository",
  "aws:ecs/service:Service",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:ssm/parameter:Parameter",
];

/** A type whose resources are found by their ids, and created once. */
function named(cell: CloudCell, token: string, handler: Handler): Handler {
  // A service's id has its cluster before its name.
  const key = (name: unknown) =>
    `${token} ${token === "aws:ecs/service:Service" ? String(name).replace(/^.*\//, "") : String(name)}`;
  const without = (name: unknown) =>
    Object.fromEntries(Object.entries(cell.cloud.named).filter(([each]) => each !== key(name)));
  return {
    ...handler,
    create: async (inputs) => {
      const name = inputs["name"] ?? inputs["bucket"];
      if (cell.cloud.named[key(name)] !== undefined)
        throw new Error(`AlreadyExistsException: ${String(name)} already exists`);
      const made = await handler.create(inputs);
      const { outputs } = made;
      cell.cloud = { ...cell.cloud, named: { ...cell.cloud.named, [key(name)]: { inputs, outputs } } };
      return made;
    },
    delete: async (id, state) => {
      await handler.delete?.(id, state);
      cell.cloud = { ...cell.cloud, named: without(id) };
    },
    find: (id) => Promise.resolve(cell.cloud.named[key(id)]),
  };
}

/** A type whose update fails, or whose creation or deletion never ends, where the cloud says so. */
function faulty(cell: CloudCell, token: string, handler: Handler): Handler {
  const hang = async <T>(step: Hang["step"], name: string, act: () => Promise<T>): Promise<T> => {
    const { hangsAt } = cell.cloud;
    if (hangsAt?.step !== step || hangsAt.type !== token || hangsAt.name !== name) return await act();
    if (hangsAt.done) await act();
    cell.cloud = { ...cell.cloud, hangsAt: undefined, hanging: true };
    return await new Promise(() => undefined);
  };
  return {
    ...handler,
    create: async (inputs) => {
      const name = String(inputs["name"] ?? inputs["bucket"] ?? inputs["family"]);
      return await hang("create", name, () => handler.create(inputs));
    },
    ...(handler.update && {
      update: async (id, inputs, before) => {
        const error = cell.cloud.updateErrors?.[id];
        if (error !== undefined) throw new Error(error);
        return (await handler.update?.(id, inputs, before)) ?? {};
      },
    }),
    delete: (id, state) => hang("delete", id, async () => await handler.delete?.(id, state)),
  };
}
