import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { readCost, Refusal, runStack, type Configuration } from "../../scripts/for-rehearsal.ts";
import type { ClientSettings } from "../kit/command-line.ts";
import type { Repository } from "../kit/commits.ts";
import type { Copy } from "../any/copy.ts";
import { accountOf, agreementProblem } from "./account.ts";
import { accountClients, type AccountClients } from "./clients.ts";
import { noteRehearsal, stackVariables, type RehearsalFolder } from "./folder.ts";
import { existing, readAccount } from "./look.ts";
import type { Elsewhere, OnAwsOptions } from "./options.ts";
import { nameTaken, ownName, type OwnName } from "./own-name.ts";
import { accountPlace, type AccountPlace } from "./place.ts";
import { priceLines } from "./price.ts";
import { ownStack, readReal, type OwnStack, type Real } from "./request.ts";
import { sourceKey, writeSourceStack } from "./source-stack.ts";
import { rehearsalStacks, type StackPlace } from "./stacks.ts";

/** Everything before the first change in the account. */
export interface Prepared {
  readonly folder: RehearsalFolder;
  readonly own: OwnName;
  readonly clients: AccountClients;
  readonly place: AccountPlace;
  readonly places: readonly StackPlace[];
}

/** Checks account and name, says the price, and asks; throws a Refusal if it must not begin. */
export async function prepare(options: OnAwsOptions, path: string): Promise<Prepared> {
  const { stack, say, elsewhere, given } = options;
  const variables = { ...process.env, ...elsewhere?.variables };
  const copy = await options.copy(join(path, "repository"));
  const real = readReal(stack, copy.program, variables);
  const { profile } = real;
  const client: ClientSettings = elsewhere?.client ?? {
    region: real.region,
    ...(profile !== undefined && { profile }),
  };
  const clients = accountClients(client);
  const account = await allowedAccount(real, clients);
  const own = ownName(real.app, path.slice(-4));
  const taken = nameTaken(own, await existing(clients, own));
  if (taken !== undefined) throw new Refusal(taken);
  const object = { bucket: `${own.prefix}-source-${account}-${real.region}`, key: sourceKey };
  const mine = ownStack({ real, own, account, source: object, copy, given });
  const folder = noteRehearsal(path, {
    ...own,
    account,
    region: real.region,
    profile,
    program: copy.program,
    pid: process.pid,
  });
  const environment = { ...stackVariables(folder, variables), ...attached(elsewhere) };
  const places = writeStacks({ folder, mine, copy, bucket: object.bucket, environment });
  const [target, source] = places;
  const told = [...aboutLines(real, own, account, mine), ...options.about];
  for (const line of told) say(line);
  for (const line of await price(options, real, target, mine)) say(line);
  const problem = await agreementProblem({ account, given: options.account, ask: options.ask });
  if (problem !== undefined) throw new Refusal(problem);
  const stacks = rehearsalStacks(say);
  const repository: Repository = { remote: copy.remote, checkout: copy.checkout, branch: "rehearsal" };
  const everyMs = elsewhere?.everyMs ?? 5000;
  const address = elsewhere?.address;
  const at = { directory: path, repository, stack: target, source, object, stacks, client, clients, everyMs, address };
  const place = accountPlace(at);
  elsewhere?.onPlace?.(place);
  return { folder, own, clients, place, places };
}

/** A provider that a test has attached; a provider that the shell names is not used. */
export const attached = (
  elsewhere: Pick<Elsewhere, "variables"> | undefined,
): Readonly<Record<string, string | undefined>> => {
  const providers = elsewhere?.variables["PULUMI_DEBUG_PROVIDERS"];
  return providers === undefined ? {} : { PULUMI_DEBUG_PROVIDERS: providers };
};

async function allowedAccount({ environment, configured }: Real, clients: AccountClients): Promise<string> {
  const allowed = configured["aws:allowedAccountIds"];
  const caller = allowed === undefined ? "" : await readAccount(clients);
  const account = accountOf({ file: `Pulumi.${environment}.yaml`, allowed, caller });
  if ("problem" in account) throw new Refusal(account.problem);
  return account.id;
}

interface StackFilesArgs {
  readonly folder: RehearsalFolder;
  readonly mine: OwnStack;
  readonly copy: Copy;
  readonly bucket: string;
  readonly environment: StackPlace["environment"];
}

/** Writes the files of both stacks; returns them in the order of their deletion. */
function writeStacks(args: StackFilesArgs): readonly [StackPlace, StackPlace] {
  const { folder, mine, copy, bucket, environment } = args;
  const stack = folder.notes.environment;
  writeFileSync(join(copy.program, `Pulumi.${stack}.yaml`), stringify({ config: mine.configured }));
  const aws = Object.fromEntries(Object.entries(mine.configured).filter(([key]) => key.startsWith("aws:")));
  writeSourceStack({ folder: folder.path, stack, bucket, aws, program: copy.program });
  return placesOf(folder, environment);
}

/** The stacks of a rehearsal, in the order of their deletion: the environment, and the bucket of its source. */
export function placesOf(
  { path, notes }: Pick<RehearsalFolder, "notes" | "path">,
  environment: StackPlace["environment"],
): readonly [StackPlace, StackPlace] {
  const stack = notes.environment;
  return [
    { stack, projectDirectory: notes.program, environment },
    { stack, projectDirectory: join(path, "source"), environment },
  ];
}

function aboutLines(real: Real, own: OwnName, account: string, { notes }: OwnStack): readonly string[] {
  return [
    `${real.environment} of ${real.app} is rehearsed on AWS as ${own.prefix}, in the account ${account}, in ${real.region}`,
    "  not yet run on AWS: no one has reported a rehearsal on an account",
    ...(notes.length === 0 ? [] : ["differs from the real environment:", ...notes.map((line) => `  ${line}`)]),
  ];
}

/** Previews the stack, which changes nothing, and says what it costs. The preview writes the secrets to its file. */
async function price(
  { quick }: OnAwsOptions,
  { configured, project }: Real,
  place: StackPlace,
  { secrets }: OwnStack,
): Promise<readonly string[]> {
  const configuration: Configuration = Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [`secrets:${name}`, { secret }]),
  );
  const estimate = await readCost(place.stack, { run: (run) => runStack({ ...run, ...place, configuration }) });
  const host = configured[`${project}:buildComputeType`];
  return priceLines({ estimate, host: typeof host === "string" ? host : "SMALL", releases: quick ? 1 : 3 });
}
