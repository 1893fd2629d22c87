import { projectArn } from "./grants.ts";
import { logStream, uniquePart, type Access, type Job } from "./job.ts";
import { PhaseFailure } from "./phases.ts";
import { roleClients } from "./role-clients.ts";

/** Assumes the project's service role and opens the build's log with it; a missing permission fails PROVISIONING. */
export async function provision(job: Job): Promise<Access> {
  const { serviceRole } = job.project;
  const session = `AWSCodeBuild-${uniquePart(job.buildId)}`;
  const credentials = await job.world.identity
    .assume(serviceRole, "codebuild.amazonaws.com", session, projectArn(job.world, job.project.name))
    .catch((error: unknown) => {
      const what = `CodeBuild is not authorized to perform: sts:AssumeRole on ${serviceRole}`;
      throw new PhaseFailure("ACCESS_DENIED", `${what}. ${String(error)}`);
    });
  const clients = roleClients(job.world, credentials);
  const stream = logStream(job.project, job.buildId);
  if (stream !== undefined) {
    await job.log.connect(clients.logs, stream).catch((error: unknown) => {
      clients.close();
      const what = `Service role ${serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams`;
      throw new PhaseFailure("ACCESS_DENIED", `${what} for build ${job.buildId}. Error message: ${String(error)}`);
    });
  }
  return { credentials, clients };
}
