import { GetPipelineCommand } from "@aws-sdk/client-codepipeline";
import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { paginateListRoles } from "@aws-sdk/client-iam";
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AccountClients } from "./clients.ts";
import { rehearsalTag } from "./configuration.ts";
import type { ReadPage, Unlisted } from "./leftovers.ts";
import type { OwnName } from "./own-name.ts";

/** The account of the credentials; this call needs no permission. */
export async function readAccount({ sts }: Pick<AccountClients, "sts">): Promise<string> {
  return (await sts.send(new GetCallerIdentityCommand({}))).Account ?? "";
}

/** Reads a page of the resources with a rehearsal's tag. */
export const taggedPages =
  ({ tagging }: Pick<AccountClients, "tagging">, prefix: string): ReadPage =>
  (token) =>
    tagging.send(
      new GetResourcesCommand({
        TagFilters: [{ Key: rehearsalTag, Values: [prefix] }],
        ...(token !== undefined && { PaginationToken: token }),
      }),
    );

/** What has a rehearsal's name and no tag that the list by tag shows: IAM roles, and parameters of the environment. */
export async function namedAlike(
  { iam, ssm }: Pick<AccountClients, "iam" | "ssm">,
  { app, environment, prefix }: OwnName,
): Promise<Unlisted> {
  const roles: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {}))
    roles.push(...Roles.flatMap(({ RoleName = "" }) => (RoleName.startsWith(`${prefix}-`) ? [RoleName] : [])));
  const parameters: string[] = [];
  const wanted = { Path: `/${app}/${environment}`, Recursive: true, WithDecryption: false };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, wanted))
    parameters.push(...Parameters.flatMap(({ Name = "" }) => (Name === "" ? [] : [Name])));
  return { roles, parameters };
}

/** What in the account has a rehearsal's name already. */
export async function existing(clients: AccountClients, own: OwnName): Promise<readonly string[]> {
  const { codepipeline, ecs } = clients;
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [own.prefix] }));
  const { roles, parameters } = await namedAlike(clients, own);
  const pipeline = await codepipeline.send(new GetPipelineCommand({ name: own.prefix })).catch((error: unknown) => {
    if (error instanceof Error && error.name === "PipelineNotFoundException") return undefined;
    throw error;
  });
  return [
    ...(pipeline === undefined ? [] : [`pipeline ${own.prefix}`]),
    ...(clusters.some(({ status }) => status === "ACTIVE") ? [`cluster ${own.prefix}`] : []),
    ...roles.map((name) => `role ${name}`),
    ...parameters.map((name) => `parameter ${name}`),
  ];
}
