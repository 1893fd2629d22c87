import { join } from "node:path";
import { problemOf } from "../kit/aws-problem.ts";
import { keyProblems } from "../parameters/keys.ts";
import { readParametersNamed } from "../parameters/view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { readStatus } from "../status/status.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { judgeBuildspec } from "./buildspec.ts";
import { judged, ok, skipped, type Check, type CheckGroup } from "./check.ts";
import { judgeConnection, readConnection, readFailedSource } from "./connection.ts";
import { judgeCredentials, readCaller } from "./credentials.ts";
import { askHealth, judgeHealth } from "./health-check.ts";
import { thisMachine, type Machine, type MachineClients } from "../verb/machine.ts";
import { judgeNames, readAbsent, readRunning } from "./names.ts";
import { judgeParameters } from "./parameters.ts";
import { readDeclaration } from "./pipeline-declaration.ts";
import { isRead, type ProgramReading, type ProgramSettings } from "../pulumi/program-reading.ts";
import { judgeQuota, quotaQuestions } from "./quotas.ts";
import { judgeStack, judgeState } from "./stack-check.ts";
import { judgeTools, readTools } from "./tools.ts";

/** What is read before the topics are checked. */
interface Known {
  readonly stack: string;
  readonly program: ProgramReading;
  /** Undefined before the first `up`, and if Pulumi does not answer. */
  readonly names: StackNames | undefined;
  readonly machine: Machine;
  readonly clients: Clients & MachineClients;
  readonly around: Pick<Surroundings, "pause">;
  readonly signal: AbortSignal;
}

/** What `diagnose` needs of its surroundings. */
export type DiagnosisSurroundings = Pick<Surroundings, "clients" | "locate" | "machine" | "pause">;

/** Checks a stack and what it needs, and yields each topic in order when its checks are done; changes nothing. */
export async function* diagnose(
  stack: string,
  around: DiagnosisSurroundings,
  signal: AbortSignal,
): AsyncGenerator<CheckGroup> {
  const machine = around.machine ?? thisMachine();
  const tools = readTools(machine).then(judgeTools);
  const [program, found] = await Promise.all([
    machine.program(stack),
    around.locate(stack).catch((error: unknown) => new Error(problemOf(error))),
  ]);
  const names = found instanceof Error ? undefined : found;
  const region = names?.region ?? program.region;
  const clients = { ...around.clients(region), ...machine.clients(region) };
  const known: Known = { stack, program, names, machine, clients, around, signal };
  const topics: Readonly<Record<string, Promise<readonly Check[]>>> = {
    tools,
    stack: Promise.resolve(judgeStack(stack, program, found)),
    credentials: credentials(known),
    connection: withSettings("connection", known, connection),
    parameters: withSettings("parameters", known, parameters),
    buildspec: withSettings("buildspec", known, buildspec),
    names: withSettings("names", known, comparedNames),
    "health check": withSettings("healthCheckPath", known, healthCheck),
    quotas: withSettings("quotas", known, quotas),
    state: state(known),
  };
  for (const [name, checks] of Object.entries(topics)) yield { name, checks: await checks };
}

/** A topic whose checks need the settings. */
const withSettings = async (
  where: string,
  known: Known,
  check: (known: Known, settings: ProgramSettings) => Promise<readonly Check[]>,
): Promise<readonly Check[]> =>
  isRead(known.program.settings)
    ? check(known, known.program.settings)
    : [skipped(`${where}: the settings could not be read`)];

async function credentials({ stack, program, names, clients }: Known): Promise<readonly Check[]> {
  const [account, shellRegion] = await Promise.all([readCaller(clients), clients.shellRegion()]);
  return judgeCredentials({ stack, account, shellRegion, program, names });
}

async function connection({ stack, names, clients }: Known, settings: ProgramSettings): Promise<readonly Check[]> {
  if (!settings.connected) return [ok(`connection: a source in ${settings.source} needs none`)];
  const read = async () => {
    const declared = names && (await readDeclaration(clients.codepipeline, names.pipeline)).connectionArn;
    const arn = declared ?? settings.connectionArn;
    if (arn === undefined) return undefined;
    const [found, failed] = await Promise.all([
      readConnection(clients, arn),
      names && readFailedSource(clients, names.pipeline),
    ]);
    return { stack, ...found, failed };
  };
  return judged("connection", read, (found) =>
    found === undefined ? [skipped("connection: the first `up` creates it")] : judgeConnection(found),
  );
}

function parameters({ stack, names, clients }: Known, settings: ProgramSettings): Promise<readonly Check[]> {
  const { parameters: declared, parameterKmsKeyArns: keyArns } = settings;
  const wanted = [...new Set(declared.map(({ name }) => name))];
  const read = async () => {
    const found = await readParametersNamed(clients.ssm, wanted);
    return { found, undecryptable: await keyProblems(found, { stack, keyArns }, clients.kms) };
  };
  return judged("parameters", read, (seen) => judgeParameters({ stack, declared, up: names !== undefined, ...seen }));
}

function buildspec(
  { program, machine }: Known,
  { buildspec: path, repository, source, testReports }: ProgramSettings,
): Promise<readonly Check[]> {
  if (path === undefined) {
    const why = source === "ECR" ? "ready-made images need none" : "the build runs this program's own";
    return Promise.resolve([ok(`buildspec: ${why}`)]);
  }
  const services = isRead(program.application) ? program.application.services : [];
  const imageDefinitions = services.flatMap((service) => service.imageDefinitions ?? []);
  const text = machine.readFile(join(repository, path));
  return Promise.resolve(judgeBuildspec({ path, text, imageDefinitions, testReports }));
}

async function comparedNames({ program: { application }, names, clients }: Known): Promise<readonly Check[]> {
  if (names === undefined) return [skipped("names: there is nothing to compare them with before the first `up`")];
  if (!isRead(application)) return [skipped("names: the Compose file could not be read")];
  const read = () =>
    Promise.all([
      readDeclaration(clients.codepipeline, names.pipeline),
      readRunning(names, clients),
      readAbsent(clients.ecr, names.repositories),
    ]);
  return judged("names", read, ([{ deploys }, running, withoutRepository]) =>
    judgeNames({ application, names, deploys, running, withoutRepository }),
  );
}

async function healthCheck({ program, machine, around, signal }: Known) {
  const { application } = program;
  if (!isRead(application)) return [skipped("healthCheckPath: the Compose file could not be read")];
  if (application.entry === undefined) return [ok("healthCheckPath: no container publishes a port")];
  const question = { entry: application.entry, path: application.entry.healthPath };
  const answer = await askHealth(question, machine, { pause: around.pause, signal });
  return [judgeHealth(question, answer)];
}

async function quotas({ names, clients }: Known, { natGateways }: ProgramSettings): Promise<readonly Check[]> {
  if (natGateways === undefined) return [ok("quotas: the stack uses an existing VPC")];
  if (names !== undefined) return [ok("quotas: the stack already has its VPC")];
  const checks = quotaQuestions(natGateways).map(({ what, read }) =>
    judged(
      what,
      () => read(clients),
      (quota) => [judgeQuota(quota)],
    ),
  );
  return (await Promise.all(checks)).flat();
}

async function state({ names, clients }: Known): Promise<readonly Check[]> {
  if (names === undefined) return [skipped("state: nothing runs before the first `up`")];
  return judged("state", () => readStatus(names, clients), judgeState);
}
