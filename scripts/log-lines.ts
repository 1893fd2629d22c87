import { GetLogEventsCommand, type CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";

/** The last 20 log lines of a build, given by CodeBuild's id `project:uuid`; says so where there is no log. */
export async function lastLines(client: CloudWatchLogsClient, build: string): Promise<readonly string[]> {
  const [project = "", stream = ""] = build.split(":");
  try {
    const { events = [] } = await client.send(
      new GetLogEventsCommand({ logGroupName: `/aws/codebuild/${project}`, logStreamName: stream, limit: 20 }),
    );
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return ["(no log)"];
    throw error;
  }
}
