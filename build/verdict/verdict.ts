/** What ECS has decided about a service deployment, of which `statusReason` is what ECS says (ECS API reference, ServiceDeployment). */
export interface Decided {
  readonly status?: string | undefined;
  readonly statusReason?: string | undefined;
}

/** Whether ECS has decided on a deployment (ECS API reference, ServiceDeployment). */
export const isDecided = ({ status = "" }: Decided): boolean =>
  ["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"].includes(status);

/** Whether a deployment still goes on and can be stopped (ECS API reference, StopServiceDeployment). */
export const canBeStopped = ({ status = "" }: Decided): boolean => ["PENDING", "IN_PROGRESS"].includes(status);

/** ECS's verdict on a deployment, with its reason. */
export const verdictOf = ({ status = "missing", statusReason = "" }: Decided): string =>
  `${status}: ${statusReason === "" ? "no reason given" : statusReason}`;
