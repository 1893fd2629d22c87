import { AwsError } from "../kit/service.ts";
import type { Input, LocalService, World } from "../kit/service.ts";
import { checkPipeline } from "./check-pipeline.ts";
import type { Pipeline } from "./declaration.ts";
import { executor } from "./executor.ts";
import type { Executor, ExecutorSurroundings } from "./executor.ts";
import { pipelineArn } from "./grants.ts";
import type { PipelineEvent } from "./run.ts";

/** A pipeline with its runs. */
export interface KnownPipeline {
  readonly declaration: Pipeline;
  readonly executor: Executor;
  readonly tags: readonly Tag[];
  readonly created: Date;
  readonly updated: Date;
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The pipeline of that name; throws PipelineNotFoundException when there is none. */
export function knownPipeline(pipelines: ReadonlyMap<string, KnownPipeline>, name: unknown): KnownPipeline {
  const known = pipelines.get(String(name));
  if (known !== undefined) return known;
  throw new AwsError("PipelineNotFoundException", `Account does not have a pipeline with name '${String(name)}'`);
}

/** Operations on pipelines themselves. */
export function pipelineOperations(
  world: World,
  pipelines: Map<string, KnownPipeline>,
  around: ExecutorSurroundings,
  onEvent: (event: PipelineEvent) => void,
): LocalService["operations"] {
  const byArn = (input: Input): KnownPipeline =>
    knownPipeline(pipelines, String(input["resourceArn"]).split(":").at(-1));
  const setTags = (known: KnownPipeline, tags: readonly Tag[]): Promise<object> => {
    pipelines.set(known.declaration.name, { ...known, tags });
    return Promise.resolve({});
  };

  return {
    CreatePipeline: (input) => {
      const declaration = readPipeline(input, 1);
      const { name } = declaration;
      if (pipelines.has(name))
        throw new AwsError("PipelineNameInUseException", `A pipeline with the name '${name}' already exists`);
      const now = new Date();
      const tags = (input["tags"] ?? []) as readonly Tag[];
      const known = { declaration, executor: executor(around, onEvent), tags, created: now, updated: now };
      pipelines.set(name, known);
      // "When you create a pipeline, it starts at once": "Create a pipeline", CodePipeline user guide.
      known.executor.start(declaration, { triggerType: "CreatePipeline", triggerDetail: "" });
      return Promise.resolve({ pipeline: declaration, tags });
    },
    // A run continues with the declaration that it started with. AWS may end one as Cancelled: "the pipeline's
    // definition was updated before the pipeline execution could be completed" (API reference, PipelineExecution,
    // status).
    UpdatePipeline: (input) => {
      const known = knownPipeline(pipelines, (input["pipeline"] as Pipeline).name);
      const declaration = readPipeline(input, (known.declaration.version ?? 0) + 1);
      pipelines.set(declaration.name, { ...known, declaration, updated: new Date() });
      return Promise.resolve({ pipeline: declaration });
    },
    GetPipeline: (input) => {
      const { declaration, created, updated } = knownPipeline(pipelines, input["name"]);
      const metadata = {
        pipelineArn: pipelineArn(world, declaration.name),
        created: created.getTime() / 1000,
        updated: updated.getTime() / 1000,
      };
      return Promise.resolve({ pipeline: declaration, metadata });
    },
    DeletePipeline: async (input) => {
      const known = pipelines.get(String(input["name"]));
      pipelines.delete(String(input["name"]));
      await known?.executor.close();
      return {};
    },
    ListPipelines: () =>
      Promise.resolve({
        pipelines: [...pipelines.values()].map(
          ({ declaration: { name, version, pipelineType }, created, updated }) => ({
            name,
            version,
            pipelineType,
            created: created.getTime() / 1000,
            updated: updated.getTime() / 1000,
          }),
        ),
      }),
    TagResource: (input) => {
      const known = byArn(input);
      const tags = input["tags"] as readonly Tag[];
      return setTags(known, [...known.tags.filter(({ key }) => !tags.some((tag) => tag.key === key)), ...tags]);
    },
    UntagResource: (input) => {
      const known = byArn(input);
      const gone = input["tagKeys"] as readonly string[];
      return setTags(
        known,
        known.tags.filter(({ key }) => !gone.includes(key)),
      );
    },
    ListTagsForResource: (input) => Promise.resolve({ tags: byArn(input).tags }),
  };
}

/** The declaration of a request, with what AWS fills in. */
function readPipeline(input: Input, version: number): Pipeline {
  const given = input["pipeline"] as Pipeline;
  checkPipeline(given);
  const stages = given.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => ({
      ...action,
      runOrder: action.runOrder ?? 1,
      configuration: action.configuration ?? {},
      inputArtifacts: action.inputArtifacts ?? [],
      outputArtifacts: action.outputArtifacts ?? [],
    })),
  }));
  return {
    ...given,
    stages,
    executionMode: given.executionMode ?? "SUPERSEDED",
    pipelineType: given.pipelineType ?? "V1",
    version,
  };
}
