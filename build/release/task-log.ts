import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { awsProblem, isAwsError } from "../kit/aws-problem.ts";
import type { Surroundings } from "../kit/surroundings.ts";

/** The last 20 lines of a log stream; a line that says why there is none. No step ends because a log cannot be read. */
export async function lastLines(
  { clients }: Surroundings,
  logGroupName: string,
  logStreamName: string,
): Promise<readonly string[]> {
  try {
    const { events = [] } = await clients.logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, limit: 20 }),
    );
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    if (isAwsError(error, "ResourceNotFoundException")) return ["(no log)"];
    return [`(no log: ${awsProblem(error, "logs:GetLogEvents", logStreamName).message})`];
  }
}
