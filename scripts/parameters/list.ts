import { verbCommand } from "../../components/plain.ts";
import { readRevisions } from "../look/containers.ts";
import type { DeclaredParameters } from "../pulumi/declared-parameters.ts";
import { differenceOf, type ParameterDifference } from "./decision.ts";
import { readParametersBelow, readParametersNamed, type ParameterView } from "./view.ts";
import { Refusal } from "../kit/refusal.ts";
import type { RevisionView } from "../look/revision-view.ts";
import { stackFileName } from "../kit/stack-file-name.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** A parameter, and the containers that read it. */
export interface ListedParameter extends Omit<ParameterView, "keyId"> {
  /** Containers of the running revisions and of the release tasks; undefined before the first `up`. */
  readonly readBy: readonly string[] | undefined;
}

/** The environment's own parameters, and those under other paths that it reads. */
async function readDeclared(
  { path, variables }: DeclaredParameters,
  { ssm }: Pick<Clients, "ssm">,
): Promise<readonly ParameterView[]> {
  const elsewhere = Object.values(variables).filter(({ from }) => from === "elsewhere");
  const [own, others] = await Promise.all([
    readParametersBelow(ssm, path),
    readParametersNamed(
      ssm,
      elsewhere.map(({ name }) => name),
    ),
  ]);
  return [...own, ...others];
}

/** Lists the parameters with the containers that read each; `names` is undefined before the first `up`. */
export async function listParameters(
  declared: DeclaredParameters,
  names: StackNames | undefined,
  clients: Clients,
): Promise<readonly ListedParameter[]> {
  const [there, revisions] = await Promise.all([
    readDeclared(declared, clients),
    names && readRevisions(names, clients),
  ]);
  return there.map(({ name, type, version, changedAt }) => ({
    name,
    type,
    version,
    changedAt,
    readBy: revisions && readersOf(name, revisions),
  }));
}

/** The containers whose secrets refer to a parameter, by its ARN or its name. */
function readersOf(name: string, revisions: readonly RevisionView[]): readonly string[] {
  const ends = `:parameter${name.startsWith("/") ? "" : "/"}${name}`;
  const reads = ({ secrets }: RevisionView["containers"][number]) =>
    Object.values(secrets).some((from) => from === name || from.endsWith(ends));
  return revisions.flatMap(({ containers }) => containers.filter(reads).map((container) => container.name));
}

/** The names of a stack; undefined before its first `up`. */
export async function namesIfUp(locate: () => Promise<StackNames>): Promise<StackNames | undefined> {
  try {
    return await locate();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A parameter as a line for people. */
export function lineOfParameter({ name, type, version, changedAt, readBy }: ListedParameter): string {
  const when = changedAt === undefined ? "" : `, changed ${changedAt.toISOString()}`;
  const readers = readBy !== undefined && readBy.length === 0 ? "no container" : readBy?.join(", ");
  return `${name}: ${type}, version ${version}${when}${readers === undefined ? "" : `, read by ${readers}`}`;
}

/** Reads the existing parameters, and compares them with those that the stack declares. */
export const diffParameters = async (
  declared: DeclaredParameters,
  clients: Pick<Clients, "ssm">,
): Promise<ParameterDifference> => differenceOf(declared, await readDeclared(declared, clients));

/** A difference as lines for people. */
export const linesOfDifference = (
  { missing, unused, wrongType }: ParameterDifference,
  { stack, path }: DeclaredParameters,
): readonly string[] => [
  ...missing.map(({ variable, name }) => {
    const how =
      name === `${path}/${variable}`
        ? `run \`${verbCommand} parameters set ${variable} --stack ${stack}\``
        : "put it there";
    return `missing: ${name}; ${how}`;
  }),
  ...wrongType.map(({ name, type, wanted }) => `wrong type: ${name} is a ${type}; it must be a ${wanted}`),
  ...unused.map((name) => `unused: ${name}; declare it in ${stackFileName(stack)}, or delete it`),
];
