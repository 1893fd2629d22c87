import {
  ComposeError,
  readApplication,
  type Application,
  type Source,
  type Task,
  type Variables,
} from "../../compose/index.ts";

/** The variables the specs declare: one of each kind, and a few plain ones. */
export const variables: Variables = {
  ECS_ENV_NAME: { kind: "plain", value: "staging" },
  LOG_LEVEL: { kind: "plain", value: "info" },
  EMPTY: { kind: "plain", value: "" },
  DATABASE_URL: { kind: "parameter" },
  IMAGE_TAG: { kind: "build" },
};

/** A Compose text as the file `shop.yml`, with an env file next to it. */
function shop(text: string): Source {
  const texts: Readonly<Record<string, string>> = { "shop.yml": text, "shop.env": "FROM_FILE=1\n" };
  return { files: ["shop.yml"], variables, readFile: (path) => texts[path] };
}

/** The application of a Compose text. */
export function applicationOf(text: string): Application {
  return readApplication(shop(text)).application;
}

/** The application of services whose texts are indented as below `services:`. */
export function services(text: string): Application {
  return applicationOf(`services:\n${text}`);
}

/** The one task of a Compose text. */
export function taskOf(text: string): Task {
  const [task, ...more] = applicationOf(text).services;
  if (task === undefined || more.length > 0) throw new Error(`${more.length + 1} tasks, not one`);
  return task;
}

/** The problems of a Compose text, a line each; empty if there are none. */
export function problemsOf(text: string): readonly string[] {
  try {
    readApplication(shop(text));
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
}
