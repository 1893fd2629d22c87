import { update } from "./scheduler-acts.ts";
import type { SchedulerParts } from "./scheduler-acts.ts";
import { withDigests, withEvent, withFailure } from "./service-changes.ts";
import type { Task } from "../kit/state.ts";
import type { TaskHooks } from "../tasks/job.ts";

/** What a change of a task does to its service and its load balancers. */
export function hooksOf({ state, balancers }: SchedulerParts, look: (arn: string) => void): TaskHooks {
  const targetsOf = (task: Task) =>
    (task.serviceArn === undefined ? [] : (state.services.get(task.serviceArn)?.loadBalancers ?? [])).map(
      (balancer) => ({
        targetGroupArn: balancer.targetGroupArn,
        target: {
          id: task.address ?? "",
          port: balancer.containerPort,
          hostPort: task.hostPorts[balancer.containerPort] ?? 0,
        },
      }),
    );
  return {
    changed: (task) => {
      const { serviceArn } = task;
      if (serviceArn === undefined) return;
      update(state, serviceArn, (service) => withDigests(service, task));
      if (task.status === "STOPPED" && task.stop?.failure === true) {
        update(state, serviceArn, (service) => withFailure(service, task.startedBy ?? ""));
      }
      look(serviceArn);
    },
    running: (task) => {
      for (const { targetGroupArn, target } of targetsOf(task)) {
        balancers.group(targetGroupArn)?.register(target);
        update(state, task.serviceArn ?? "", (service) =>
          withEvent(service, `registered 1 targets in (target-group ${targetGroupArn})`),
        );
      }
    },
    leaving: async (task) => {
      if (task.startedAt === undefined) return;
      const targets = targetsOf(task);
      if (targets.length > 0)
        update(state, task.serviceArn ?? "", (service) =>
          withEvent(service, "has begun draining connections on 1 tasks."),
        );
      for (const { targetGroupArn } of targets) {
        update(state, task.serviceArn ?? "", (service) =>
          withEvent(service, `deregistered 1 targets in (target-group ${targetGroupArn})`),
        );
      }
      await Promise.all(
        targets.map(async ({ targetGroupArn, target }) => {
          await balancers.group(targetGroupArn)?.deregister(target);
        }),
      );
    },
  };
}
