import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Loads a program of a project as if it had never run before. Gives what it exports; a default export stands for all,
 * and is called if it is a function, as Pulumi does.
 */
export async function load(program: string, project: string): Promise<unknown> {
  freshImports ??= registerHooks({ resolve: resolveFresh });
  const url = `${pathToFileURL(program).href}?${parameter}=${String(projects.length)}`;
  projects.push(`${pathToFileURL(project).href}/`);
  const exported = (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>;
  const whole = "default" in exported ? exported["default"] : { ...exported };
  return (await (typeof whole === "function" ? (whole as () => unknown)() : whole)) ?? {};
}

/** Does something with another working folder; relative paths of a program begin there. */
export async function inFolder<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  const before = process.cwd();
  if (before === folder) return await action();
  try {
    process.chdir(folder);
  } catch (error) {
    // Node allows this only in a process of its own.
    if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_UNSUPPORTED_OPERATION") throw error;
    const remedy = 'in vitest, set pool to "forks"';
    throw new Error(`a program runs in its own folder, which a worker thread cannot enter; ${remedy}`, {
      cause: error,
    });
  }
  try {
    return await action();
  } finally {
    process.chdir(before);
  }
}

/** Node evaluates a module once. With another query it is another module. */
const parameter = "tested-run";
/** The folder of each run's project, as a URL. */
const projects: string[] = [];
/** This package itself, whose modules do not depend on the run. */
const ownPackage = new URL("..", import.meta.url).href;
let freshImports: ReturnType<typeof registerHooks> | undefined;

/** What a program imports is as fresh as the program, but for installed packages. */
const resolveFresh: NonNullable<Parameters<typeof registerHooks>[0]["resolve"]> = (specifier, context, next) => {
  const found = next(specifier, context);
  const run = new RegExp(`[?&]${parameter}=(\\d+)`).exec(context.parentURL ?? "")?.[1];
  const project = run === undefined ? undefined : projects[Number(run)];
  if (run === undefined || project === undefined || !isFresh(found.url, project)) return found;
  return { ...found, url: `${found.url}${found.url.includes("?") ? "&" : "?"}${parameter}=${run}` };
};

const isFresh = (url: string, project: string): boolean =>
  /^file:(?!.*\/node_modules\/)/.test(url) && (url.startsWith(project) || !url.startsWith(ownPackage));
