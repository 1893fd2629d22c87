/** What ECS has decided about a service deployment (ECS API reference, ServiceDeployment). */
export interface Decided {
  readonly status?: string | undefined;
  /** What ECS says about the status. */
  readonly statusReason?: string | undefined;
  /** Why ECS rolled it back. */
  readonly rollback?: { readonly reason?: string | undefined } | undefined;
}

/** Whether ECS has decided on a deployment (ECS API reference, ServiceDeployment). */
export const isDecided = ({ status = "" }: Decided): boolean =>
  ["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"].includes(status);

/** Whether a deployment still goes on and can be stopped (ECS API reference, StopServiceDeployment). */
export const canBeStopped = ({ status = "" }: Decided): boolean => ["PENDING", "IN_PROGRESS"].includes(status);

/** Whether a deployment has failed or is being stopped or rolled back: the service does not keep its revision. */
export const isLost = (deployment: Decided): boolean =>
  deployment.status !== undefined && deployment.status !== "SUCCESSFUL" && !canBeStopped(deployment);

/** Why a deployment has its status, in ECS's words; empty if ECS gives no reason. */
export const reasonOf = ({ statusReason = "", rollback }: Decided): string =>
  statusReason === "" ? (rollback?.reason ?? "") : statusReason;

/** ECS's verdict on a deployment, with its reason. */
export function verdictOf(deployment: Decided): string {
  const reason = reasonOf(deployment);
  return `${deployment.status ?? "missing"}: ${reason === "" ? "no reason given" : reason}`;
}

/** The status of a deployment; the reason follows if the service does not keep its revision. */
export const stateOf = (deployment: Decided): string =>
  isLost(deployment) ? verdictOf(deployment) : (deployment.status ?? "missing");
