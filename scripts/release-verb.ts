import { follow, type RunEvent } from "./follow.ts";
import { Refusal } from "./refusal.ts";
import { planRelease, startRelease } from "./release.ts";
import { confirm, pipelineOf, type Verb } from "./verb.ts";

/** `release`: starts a run without a push, of the newest commit or of a chosen one. */
export const releaseVerb: Verb = {
  does: "start a release without a push, of the newest commit or of --commit",
  options: ["commit", "follow", "dry-run"],
  async run(options, around) {
    const { pipeline, place, client } = await pipelineOf(options, around);
    const { say, git, pause } = around;
    const plan = await planRelease({ pipeline, commit: options.commit }, { client, ecs: around.ecs(place), git });
    for (const doubt of plan.doubts) say(`${pipeline}: ${doubt}`);
    const what = plan.commit?.slice(0, 7) ?? "the newest commit of its source";
    if (options["dry-run"] === true) {
      say(`${pipeline}: would release ${what}`);
      return;
    }
    if (plan.doubts.length > 0) await confirm("release", `release ${what}?`, options, around);
    const id = await startRelease(client, plan);
    say(`${pipeline}: run ${id} releases ${what}`);
    if (options.follow !== true) return;
    let last: RunEvent | undefined;
    for await (const event of follow(client, { pipeline, id }, pause)) {
      say(lineOf(event));
      last = event;
    }
    if (last?.status !== "Succeeded") throw new Refusal(`${pipeline}: run ${id} has not released ${what}`);
  },
};

function lineOf(event: RunEvent): string {
  const reason = event.reason === "" ? "" : `: ${event.reason}`;
  if (event.subject === "run") return `run ${event.status}${reason}`;
  return `${event.stage} ${event.action} ${event.status}${reason}`;
}
