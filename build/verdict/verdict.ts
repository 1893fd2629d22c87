/** What ECS has decided about a service deployment, of which `statusReason` is what ECS says (ECS API reference, ServiceDeployment). */
export interface Decided {
  readonly status?: string | undefined;
  readonly statusReason?: string | undefined;
}

/** Whether ECS has decided on a deployment (ECS API reference, ServiceDeployment). */
export const isDecided = ({ status = "" }: Decided): boolean =>
  ["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"].includes(status);
