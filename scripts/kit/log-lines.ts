import { GetLogEventsCommand, type CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isAwsError } from "../../build/verdict/aws-error.ts";

/** The last 20 log lines of a build with CodeBuild's id `project:uuid`; `(no log)` if there is none. */
export async function lastLines(client: CloudWatchLogsClient, build: string): Promise<readonly string[]> {
  const [project = "", stream = ""] = build.split(":");
  return await lastEvents(client, { logGroupName: `/aws/codebuild/${project}`, logStreamName: stream });
}

/** The last lines of a log stream; `(no log)` if it does not exist. */
export async function lastEvents(
  client: CloudWatchLogsClient,
  stream: { readonly logGroupName: string; readonly logStreamName: string },
  limit = 20,
): Promise<readonly string[]> {
  try {
    const { events = [] } = await client.send(new GetLogEventsCommand({ ...stream, limit }));
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    if (isAwsError(error, "ResourceNotFoundException")) return ["(no log)"];
    throw error;
  }
}
