import { translate, type Application } from "./application.ts";
import { checkBuildFiles } from "../keys/build-files.ts";
import { secretVariables } from "../keys/build-secrets.ts";
import { classify, type Ignored } from "../support/classify.ts";
import { readDocument, type Source } from "../files/document.ts";
import { field } from "../tree/fields.ts";
import type { FileContext } from "../files/file-source.ts";
import { collectProblems, type Report } from "../tree/problem.ts";
import { roleOf, type Role } from "../files/role.ts";
import { composeName } from "../shape/shape.ts";
import { levels } from "../support/support.ts";
import { valueOf, type Entry, type Mapping, type Value } from "../tree/tree.ts";
import { volumesOf } from "../keys/volumes.ts";
import { withFiles } from "../keys/with-files.ts";
import { ecsOf } from "../keys/x-ecs.ts";
import type { Service, ComposeFile } from "../keys/service.ts";

/** The Compose files of an environment: what they say, and what ECS runs. */
export interface ReadApplication {
  readonly file: ComposeFile;
  readonly application: Application;
}

/**
 * Reads the Compose files of an environment; throws a ComposeError with everything that keeps them from running on
 * ECS.
 */
export function readApplication(source: Source): ReadApplication {
  return collectProblems(source.files, (report) => {
    const root = readDocument(source, report);
    const file = { files: source.files, ...(root === undefined ? noContent : content(root, { ...source, report })) };
    if (source.exists !== undefined) checkBuildFiles(file.services, source.exists, report);
    return { file, application: translate(file, report) };
  });
}

type Content = Omit<ComposeFile, "files">;

const noContent: Content = { services: [], volumes: [], secretVariables: {}, ignored: [] };

function content(root: Mapping, context: FileContext): Content {
  const { report } = context;
  const ignored = new Map<string, Ignored>();
  classify(withoutOthers(root), levels, "", {
    report,
    ignore: (one) => {
      if (!ignored.has(one.key)) ignored.set(one.key, one);
    },
  });
  const services = field(root, "services");
  const entries = services?.value.kind === "mapping" ? services.value.entries : [];
  const found = entries.flatMap((entry) => service(entry, report) ?? []);
  const mayRun = (value: Value): boolean => value.kind !== "mapping" || roleOf(value) === "task";
  if (!(services?.value.kind === "scalar" || entries.some(({ value }) => mayRun(value)))) {
    report(services?.at ?? root.at, "no service runs in the task; write one without profiles");
  }
  return {
    ...withFiles({ services: found, volumes: volumesOf(valueOf(root, "volumes"), report) }, root, context),
    secretVariables: secretVariables(valueOf(root, "secrets")),
    ignored: [...ignored.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function service({ key: name, at, value: keys }: Entry, report: Report): Service | undefined {
  if (keys.kind !== "mapping") return undefined;
  const role = roleOf(keys);
  const ecs = ecsOf(keys, report);
  if (isTranslated(role) && composeName.test(name) && !/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    report(at, `"${name}" cannot be the name of a container; use letters, digits, hyphens and underscores`);
  }
  return { name, at, role, ecs, keys };
}

/** The document with only those services that ECS runs. Compose runs the others and takes every key. */
function withoutOthers(root: Mapping): Mapping {
  const services = valueOf(root, "services");
  if (services?.kind !== "mapping") return root;
  const entries = services.entries.filter(({ value }) => value.kind === "mapping" && isTranslated(roleOf(value)));
  return {
    ...root,
    entries: root.entries.map((entry) =>
      entry.key === "services" ? { ...entry, value: { ...services, entries } } : entry,
    ),
  };
}

const isTranslated = (role: Role): boolean => role === "task" || role === "release";
