import { required } from "../kit/environment.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { listSetting, numberSetting, wordsSetting, type Json } from "./read-setting.ts";
import type { InCluster } from "./read-tasks.ts";

/** What the step Verify is given by `up`. */
export interface Release extends InCluster {
  readonly logGroup: string;
  readonly pipeline: string;
  /** The id of the pipeline's run. */
  readonly execution: string;
  readonly services: readonly ReleasedService[];
  /** The repositories of the environment. */
  readonly repositories: readonly string[];
  /** @default - there is no smoke test */
  readonly smokeTest: { readonly url: string; readonly answer: string } | undefined;
  /** The time that ECS has for a decision, and tasks have to become healthy. */
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
}

/** An ECS service of the environment. */
export interface ReleasedService {
  readonly name: string;
  /** The pipeline's ECS action; undefined if no image of the service is built. */
  readonly action: string | undefined;
  /** The file with the image of each of its containers. */
  readonly imageDefinitions: string;
  readonly desiredCount: number;
  readonly maximumCount: number;
  /** Whether a schedule stops its tasks. */
  readonly sleeps: boolean;
  /** The revision that `up` made of its template, as `family:revision`; undefined if the service has none. */
  readonly meant: string | undefined;
}

/** Reads the variables of the step; throws a StepError if one is missing or wrong. */
export function releaseOf(around: Surroundings): Release {
  const { environment } = around;
  const url = environment["SMOKE_TEST_URL"] ?? "";
  const revisions = wordsSetting(environment, "SERVICE_REVISIONS");
  const meantOf = (service: string) => revisions.find((one) => one.slice(0, one.lastIndexOf(":")) === service);
  return {
    around,
    cluster: required(environment, "ECS_CLUSTER"),
    logGroup: required(environment, "LOG_GROUP"),
    pipeline: required(environment, "PIPELINE"),
    execution: required(environment, "PIPELINE_EXECUTION_ID"),
    services: listSetting(environment, "SERVICES", serviceIn).map((one) => ({ ...one, meant: meantOf(one.name) })),
    repositories: wordsSetting(environment, "IMAGE_REPOSITORIES"),
    smokeTest: url === "" ? undefined : { url, answer: environment["SMOKE_TEST_ANSWER"] ?? "" },
    timeoutMinutes: numberSetting(environment, "TIMEOUT_MINUTES"),
    pollSeconds: numberSetting(environment, "POLL_SECONDS"),
  };
}

function serviceIn(entry: Json): Omit<ReleasedService, "meant"> | undefined {
  const { service, action, imageDefinitions, desiredCount, maximumCount, sleeps = false } = entry;
  if (typeof service !== "string" || typeof imageDefinitions !== "string") return undefined;
  if (typeof desiredCount !== "number" || typeof maximumCount !== "number") return undefined;
  if ((action !== null && typeof action !== "string") || typeof sleeps !== "boolean") return undefined;
  return { name: service, action: action ?? undefined, imageDefinitions, desiredCount, maximumCount, sleeps };
}

/** Waits between two looks at AWS. */
export const pauseOf = async ({ around, pollSeconds }: Release): Promise<void> => around.pause(pollSeconds * 1000);

/** Whether the time since a moment of `now` is over. */
export const isOver = ({ around, timeoutMinutes }: Release, begun: number): boolean =>
  around.now() - begun >= timeoutMinutes * 60_000;
