import type { Container, Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { logTitle, taskEnds } from "../../../build/verdict/task-end.ts";

const arn = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

const stopped = (id: number, containers: Container[], revision = 5): Task => ({
  taskArn: arn(`task/shop/${id}`),
  taskDefinitionArn: arn(`task-definition/shop:${revision}`),
  stoppedAt: new Date(id),
  stoppedReason: "Essential container in task exited",
  containers,
});

describe("how the tasks of a revision ended", () => {
  it("is a line for each of the newest three, with the exit code, the reason and the health of each container", () => {
    const tasks = [
      stopped(4, [{ name: "web", exitCode: 137, reason: "OutOfMemoryError: killed", healthStatus: "UNHEALTHY" }]),
      stopped(1, [{ name: "web", exitCode: 1 }]),
      stopped(3, [{ name: "web", reason: "CannotPullContainerError" }, { name: "proxy" }]),
      { ...stopped(2, [{ name: "web", exitCode: 0, healthStatus: "HEALTHY" }]), stoppedReason: undefined },
    ];
    expect(taskEnds(tasks, "shop", arn("task-definition/shop:5")).lines).to.deep.equal([
      "task 2: stopped; web: exit code 0",
      "task 3: Essential container in task exited; web: CannotPullContainerError",
      "task 4: Essential container in task exited; web: UNHEALTHY, exit code 137, OutOfMemoryError: killed",
    ]);
  });

  it("does not include tasks of another revision, which has an ARN or a name", () => {
    const tasks = [stopped(1, [{ name: "web", exitCode: 1 }]), stopped(2, [{ name: "web", exitCode: 2 }], 4)];
    const ends = [arn("task-definition/shop:5"), "shop:5"].map((revision) => taskEnds(tasks, "shop", revision).lines);
    const line = "task 1: Essential container in task exited; web: exit code 1";
    expect(ends).to.deep.equal([[line], [line]]);
  });

  it("names the log of each container of the newest task that ran", () => {
    const ran = stopped(1, [{ name: "web", exitCode: 1 }, { name: "proxy" }]);
    expect(taskEnds([stopped(2, [{ name: "web" }]), ran], "shop", "shop:5").logs).to.deep.equal([
      { container: "web", stream: "shop/web/1" },
      { container: "proxy", stream: "shop/proxy/1" },
    ]);
    expect(logTitle("web")).to.equal("--- last log lines of web");
  });

  it("names no log if no task ran, and nothing if none has ended", () => {
    expect(taskEnds([stopped(1, [{ name: "web" }])], "shop", "shop:5")).to.deep.equal({
      lines: ["task 1: Essential container in task exited"],
      logs: [],
    });
    expect(taskEnds([], "shop", "shop:5")).to.deep.equal({ lines: [], logs: [] });
  });
});
