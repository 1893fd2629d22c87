import { firstRelease, firstReleaseThatFails } from "./first-releases.ts";
import { outsideRuns } from "./outside-runs.ts";
import type { RolePolicy } from "./role-policies.ts";
import type { Scenario } from "./scenario.ts";
import { noLog, prefix, type Site } from "./site.ts";
import type { GoodRun } from "./steps.ts";
import { crash, crashAndHang, releaseUnwatched } from "./unwatched.ts";

const worker = `${prefix}-worker`;

/** Whole runs of the pipeline, first releases, and releases that ECS rolls back. */
export function releaseScenarios(site: Site, run: GoodRun, policies: readonly RolePolicy[]): readonly Scenario[] {
  const newest = { ...run };
  const ended = { executionId: "" };
  return [
    wholeRun(site, "a whole run", (executionId) => {
      newest.executionId = executionId;
    }),
    firstRelease(site, newest),
    firstReleaseThatFails(site, newest),
    ...deploymentsThatEnd(site, run, policies, ended),
    ...outsideRuns(site, run.source, () => ended.executionId),
  ];
}

/** A run from the source to the verdict; `succeeded` is called with the id of a run that has released. */
export function wholeRun(
  site: Site,
  title: string,
  succeeded: (executionId: string) => void = () => undefined,
): Scenario {
  return {
    title,
    run: async () => {
      const { status, executionId, actions } = await site.around.runOf(await site.around.startRun());
      if (status === "Succeeded") succeeded(executionId);
      const failed = new Set(actions.filter(({ error }) => error !== "").map(({ name }) => name));
      const outcome = failed.size === 0 ? status : `${status} at ${[...failed].toSorted().join(", ")}`;
      return { outcome, said: actions.map(({ error }) => error).join("\n") };
    },
    expected: "Succeeded",
    ready: () => site.around.untilSteady(),
  };
}

/** ECS has rolled one service back; the deployment of the other one has ended or is still in progress. */
function deploymentsThatEnd(
  site: Site,
  run: GoodRun,
  policies: readonly RolePolicy[],
  ended: { executionId: string },
): readonly Scenario[] {
  const verify = (executionId: () => string, marks: Readonly<Record<string, RegExp>>) => async () => {
    const { outcome } = await site.step({
      project: "verify",
      input: run.buildOutput,
      variables: { PIPELINE_EXECUTION_ID: executionId() },
      marks: {
        "ECS's verdict is printed": new RegExp(`^\\S+ ${prefix}: ECS ended the deployment`, "m"),
        "why tasks ended is not": /why its tasks ended could not be read/,
        ...marks,
        ...noLog,
      },
    });
    return { outcome: `${outcome}; the run is ${await site.statusOf(executionId())}` };
  };
  // One run is used as long as it is in progress: Verify ends it. The worker has to be where that run took it.
  let released = "";
  const live = async () => {
    const { executionId: id } = ended;
    if (id === "" || (await site.statusOf(id)) !== "InProgress") {
      ended.executionId = await releaseUnwatched(site, policies, crash, "SUCCESSFUL");
      released = (await site.service(worker)).taskDefinition ?? "";
    } else await site.update(worker, { taskDefinition: released });
    await site.around.untilSteady();
  };
  let once = "";
  return [
    {
      title: "Verify, when ECS has rolled one service back and the other was released",
      ready: live,
      run: verify(() => ended.executionId, {
        "the other service is rolled back": new RegExp(`^\\S+ ${worker}: goes back to`, "m"),
      }),
      expected: "FAILED; ECS's verdict is printed; the other service is rolled back; the run is Stopped",
      finish: () => site.around.untilSteady(),
    },
    {
      title: "Verify, when ECS has rolled one service back and the other is still being deployed",
      ready: async () => {
        await site.around.untilSteady();
        once = await releaseUnwatched(site, policies, crashAndHang, "IN_PROGRESS");
      },
      run: verify(() => once, {
        "the other deployment is stopped": new RegExp(`^\\S+ ${worker}: its deployment is stopped`, "m"),
      }),
      expected: "FAILED; ECS's verdict is printed; the other deployment is stopped; the run is Stopped",
      finish: () => site.around.untilSteady(),
    },
  ];
}
