import * as pulumi from "@pulumi/pulumi";
import { stateOf } from "./cloud-state.ts";
import { answerFrom, firstUp, type Answers } from "./first-up.ts";
import { defaultRegion, placeIn } from "./place.ts";
import { registrationOf, titleOf, type Registration, type Request } from "./registration.ts";

/** Project, stack, configuration and answers that a test runs with. */
export interface CloudArgs {
  readonly project: string;
  readonly stack: string;
  /** Configuration by full key, such as `shop:branch`. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys of the configuration whose values are secret. @default - none */
  readonly secretKeys?: readonly string[];
  /** Answers by token, such as `aws:ecs/getService:getService`. @default - an account in which nothing runs yet */
  readonly answers?: Answers;
}

/** Every registration of the current test; in order of type and name once it is `settled`. */
export const cloud: Registration[] = [];

/** Forgets the last test and starts an empty account that records what is registered. */
export async function startCloud(args: CloudArgs): Promise<void> {
  const { project, stack, config, secretKeys = [], answers = {} } = args;
  const place = placeIn(config["aws:region"] ?? defaultRegion);
  const table = { ...firstUp(place), ...answers };
  cloud.length = 0;
  pulumi.runtime.setAllConfig({ "aws:region": place.region, ...config }, [...secretKeys]);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => stateOf(type, name, inputs as Record<string, unknown>, id, place),
      call: ({ token, inputs }) => ({ ...answerFrom(table, token, inputs as Record<string, unknown>) }),
    },
    project,
    stack,
  );
  record();
}

/** Waits until every registration is in and puts them in order, since registrations follow promises. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
  cloud.sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
}

function record(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Request, callback: unknown): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    cloud.push(registrationOf(request));
    await register(request, callback);
  };
}
