import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { BatchGetBuildsCommand, ListBuildsForProjectCommand, type Build } from "@aws-sdk/client-codebuild";
import { buildLines } from "../local/build-lines.ts";
import type { AccountClients } from "./clients.ts";

type Clients = Pick<AccountClients, "codebuild" | "logs">;

/** The last words of the CodeBuild projects' names, after the environment's. */
const purposes = ["build", "images", "migrate", "verify"];

/** The newest build of each of the environment's projects, oldest first. */
export async function newestBuilds({ codebuild }: Clients, prefix: string): Promise<readonly Build[]> {
  const ids = await Promise.all(
    purposes.map(async (purpose) => {
      const projectName = `${prefix}-${purpose}`;
      const listed = await codebuild.send(new ListBuildsForProjectCommand({ projectName })).catch(() => undefined);
      return listed?.ids?.[0] ?? "";
    }),
  );
  const known = ids.filter((id) => id !== "");
  if (known.length === 0) return [];
  const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: known }));
  return builds.toSorted((a, b) => Number(a.startTime) - Number(b.startTime));
}

/** The last lines of a build's log; none if it has no log yet. */
async function logOf({ logs }: Clients, { logs: place }: Build): Promise<readonly string[]> {
  const { groupName, streamName } = place ?? {};
  if (groupName === undefined || streamName === undefined) return [];
  const found = await logs
    .send(new GetLogEventsCommand({ logGroupName: groupName, logStreamName: streamName }))
    .catch(() => undefined);
  return (found?.events ?? []).map(({ message = "" }) => message.trimEnd());
}

/** The lines of the newest builds, of each project in turn. */
export async function newestLines(clients: Clients, prefix: string): Promise<readonly string[]> {
  const builds = await newestBuilds(clients, prefix);
  return (await Promise.all(builds.map((build) => logOf(clients, build)))).flat();
}

/** Output of the newest failed command of a build, in one line; empty if no build has failed. */
export async function failedBuild(clients: Clients, prefix: string): Promise<string> {
  const failed = (await newestBuilds(clients, prefix)).findLast(({ buildStatus }) => buildStatus === "FAILED");
  if (failed === undefined) return "";
  const lines = buildLines();
  for (const line of await logOf(clients, failed)) lines.add(line);
  return lines.failed();
}
