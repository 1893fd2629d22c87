import { field } from "../tree/fields.ts";
import { composeProject } from "./image.ts";
import type { Report } from "../tree/problem.ts";
import type { Service } from "./service.ts";

/** What a build runs before it pushes: the services of the profile `test`, as Compose runs them. */
export interface Tests {
  /**
   * Services to run, in file order, without those that other services of the profile depend on: Compose starts these
   * for them.
   */
  readonly services: readonly string[];
  /** The services that build an image of their own, in file order. */
  readonly builds: readonly TestBuild[];
}

/** A test service with `build`; `local` is what Docker calls its image where the file gives it no name. */
export interface TestBuild {
  readonly service: string;
  readonly local?: string;
}

/** The tests of a Compose file; reports a test that would build an image which is pushed. */
export function testsOf(services: readonly Service[], report: Report): Tests {
  const tests = services.filter(({ role }) => role === "test");
  const started = new Set(tests.flatMap(dependencies));
  return {
    services: tests.map(({ name }) => name).filter((name) => !started.has(name)),
    builds: tests.filter(has("build")).map((service) => testBuild(service, services, report)),
  };
}

function testBuild(service: Service, services: readonly Service[], report: Report): TestBuild {
  const { name, at } = service;
  if (!has("image")(service)) return { service: name, local: `${composeProject}-${name}` };
  const pushed = services.find(
    (other) => other.role !== "test" && has("build")(other) && written(other) === written(service),
  );
  if (pushed !== undefined) {
    report(
      at,
      `"${name}" builds the image of "${pushed.name}" again, and that one is pushed; remove "build" or give it another image name`,
    );
  }
  return { service: name };
}

const has =
  (key: string) =>
  ({ keys }: Service): boolean =>
    field(keys, key) !== undefined;

/** The image's name as the file spells it. */
function written({ keys }: Service): string | undefined {
  const image = field(keys, "image")?.value;
  return image?.kind === "scalar" ? image.written.replace(/:latest$/, "") : undefined;
}

/** Compose judges the rest of `depends_on` when it starts the test. */
function dependencies({ keys }: Service): readonly string[] {
  const value = field(keys, "depends_on")?.value;
  return value?.kind === "mapping" ? value.entries.map(({ key }) => key) : [];
}
