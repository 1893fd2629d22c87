import { ListServiceDeploymentsCommand, type ServiceDeploymentStatus } from "@aws-sdk/client-ecs";
import type { Change } from "../kit/commits.ts";
import type { RolePolicy } from "./role-policies.ts";
import { prefix, until, type Site } from "./site.ts";
import { withdrawn } from "./withdrawn.ts";

/** A release whose first service ends at once. */
export const crash: Change = {
  message: "A proxy that ends",
  fails: true,
  edits: [{ file: "app/proxy/entrypoint.sh", replace: "set -eu\n", by: "set -eu\nexit 1\n" }],
};

/** A release whose first service ends at once and whose worker never answers. */
export const crashAndHang: Change = {
  message: "A worker that hangs",
  fails: true,
  edits: [...crash.edits, { file: "app/worker.ru", replace: "run ->(_env) {", by: "run ->(_env) { sleep;" }],
};

/**
 * Pushes a change that ECS rolls back, with a Verify that has no permission to look and so fails: the run
 * continues, since the ECS action does not notice. Returns the run's id when the worker's deployment is as wanted and
 * the first service is rolled back.
 */
export async function releaseUnwatched(
  site: Site,
  policies: readonly RolePolicy[],
  change: Change,
  workers: ServiceDeploymentStatus,
): Promise<string> {
  const since = new Date();
  return await withdrawn(policies, "verify", "codepipeline:ListActionExecutions", async () => {
    const { executionId } = await site.around.push(change);
    const ended = ["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"];
    await until("one service is rolled back, the other as wanted", async () => {
      await site.approve();
      const [own, other] = await Promise.all([newest(site, prefix, since), newest(site, `${prefix}-worker`, since)]);
      const verify = (await site.actions(executionId)).find(({ actionName }) => actionName === "Verify");
      return ended.includes(own ?? "") && other === workers && verify?.status === "Failed";
    });
    return executionId;
  });
}

async function newest(site: Site, service: string, since: Date): Promise<ServiceDeploymentStatus | undefined> {
  const { serviceDeployments = [] } = await site.ecs.send(
    new ListServiceDeploymentsCommand({ cluster: prefix, service, createdAt: { after: since } }),
  );
  return serviceDeployments.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))[0]?.status;
}
