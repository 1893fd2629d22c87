// @ts-check
// The messages to people: pure functions of an event and of what was read about it. Lambda runs this file as it is.

/** @typedef {{ readonly subject: string, readonly text: string }} Message */

/** CodePipeline's "Pipeline Execution State Change" (page "Monitoring CodePipeline events").
 * @typedef {{ readonly time: string, readonly region: string, readonly detail: {
 *   readonly pipeline: string, readonly "execution-id": string, readonly state: string, readonly "start-time"?: string,
 *   readonly "execution-trigger"?: Readonly<Record<string, string | undefined>> } }} RunEvent */

/** What CodePipeline knows about a run and its event does not contain.
 * @typedef {{ readonly commit?: string, readonly message?: string, readonly branch?: string, readonly startedBy?: string,
 *   readonly stopReason?: string, readonly summary?: string,
 *   readonly failures: readonly { readonly action: string, readonly reason: string }[] }} Run */

/** CodeBuild's "Build State Change" (page "Build notifications input format reference").
 * @typedef {{ readonly region: string, readonly detail: {
 *   readonly "build-status": string, readonly "project-name": string, readonly "build-id": string,
 *   readonly "additional-information"?: { readonly initiator?: string, readonly "source-version"?: string,
 *     readonly logs?: { readonly "deep-link"?: string },
 *     readonly phases?: readonly { readonly "phase-type": string, readonly "phase-status"?: string,
 *       readonly "duration-in-seconds"?: number, readonly "phase-context"?: readonly string[] }[] } } }} BuildEvent */

/** ECS's "Deployment State Change" (page "Amazon ECS service deployment state change events").
 * @typedef {{ readonly region: string, readonly resources: readonly string[],
 *   readonly detail: { readonly deploymentId: string, readonly reason?: string } }} DeploymentEvent */

/** CloudWatch's "CloudWatch Alarm State Change" (page "Alarm events and EventBridge").
 * @typedef {{ readonly region: string, readonly detail: {
 *   readonly alarmName: string, readonly state: { readonly value: string, readonly reason?: string },
 *   readonly configuration?: { readonly description?: string } } }} AlarmEvent */

/** The words for the states in which a run ends. A stopped run has released nothing, or its release was rolled back.
 * @type {Readonly<Record<string, string | undefined>>} */
const endings = {
  SUCCEEDED: "was released",
  FAILED: "failed",
  STOPPED: "was stopped",
  CANCELED: "was cancelled",
};

/** The message about a run that has ended. @param {RunEvent} event @param {Run} run @returns {Message} */
export function runMessage({ time, region, detail }, run) {
  const trigger = detail["execution-trigger"] ?? {};
  const commit = run.commit ?? trigger["commit-id"];
  const about = firstLine(run.message ?? trigger["commit-message"]);
  const branch = run.branch ?? trigger["branch-name"] ?? trigger["tag-name"];
  const headline = `${detail.pipeline}: ${shortCommit(commit)} ${endings[detail.state] ?? detail.state}`;
  return message(headline, [
    ["Commit", commit && [commit, branch && `of ${branch}`].filter(Boolean).join(" ")],
    ["Message", about],
    ["Author", trigger["author-display-name"]],
    ["Started by", trigger["author-display-name"] ? undefined : (run.startedBy ?? trigger["trigger-detail"])],
    ["Duration", duration(seconds(detail["start-time"], time))],
    ["Reason", reasonOf(detail.state, run)],
    [
      "Run",
      consoleLink(
        region,
        `codesuite/codepipeline/pipelines/${detail.pipeline}/executions/${detail["execution-id"]}/timeline`,
      ),
    ],
  ]);
}

/** The message about a build that no run of the pipeline started. @param {BuildEvent} event @returns {Message} */
export function buildMessage({ region, detail }) {
  const more = detail["additional-information"] ?? {};
  const phases = more.phases ?? [];
  const failed = phases.find((phase) => !["SUCCEEDED", undefined].includes(phase["phase-status"]));
  const context = (failed?.["phase-context"] ?? []).map((text) => text.replace(/^\s*:?\s*/, "")).filter(Boolean);
  const project = detail["project-name"];
  const build = encodeURIComponent(detail["build-id"].replace(/^.*build\//, ""));
  return message(`${project}: a build ended with status ${detail["build-status"]}`, [
    ["Commit", more["source-version"]],
    ["Started by", more.initiator],
    ["Duration", duration(phases.reduce((sum, phase) => sum + (phase["duration-in-seconds"] ?? 0), 0))],
    ["Reason", failed && [failed["phase-type"], ...context].join(": ")],
    ["Log", more.logs?.["deep-link"] ?? consoleLink(region, `codesuite/codebuild/projects/${project}/build/${build}`)],
  ]);
}

/** The message about a deployment that failed in ECS: of a run, of an `up` or of a person. @param {DeploymentEvent} event @returns {Message} */
export function deploymentMessage({ region, resources, detail }) {
  const [cluster = "", service = ""] = (resources[0] ?? "").split("/").slice(1);
  return message(`${service}: a deployment failed in ECS`, [
    ["Reason", detail.reason ?? "ECS gave no reason"],
    ["Deployment", detail.deploymentId],
    ["Next", "ECS rolls back to the deployment before it, if there is one"],
    ["Service", consoleLink(region, `ecs/v2/clusters/${cluster}/services/${service}/deployments`)],
  ]);
}

/** The message about an alarm that went into the state ALARM, or left it. @param {AlarmEvent} event @returns {Message} */
export function alarmMessage({ region, detail: { alarmName, state, configuration } }) {
  return message(`${alarmName}: ${state.value === "ALARM" ? "in ALARM" : "no longer in ALARM"}`, [
    ["Condition", configuration?.description],
    ["Reason", state.reason],
    ["Alarm", consoleLink(region, "cloudwatch/home", `alarmsV2:alarm/${alarmName}`)],
  ]);
}

/** @param {string} state @param {Run} run */
function reasonOf(state, run) {
  if (state === "SUCCEEDED") return undefined;
  if (state === "CANCELED") return "the pipeline was changed during the run; release the commit again";
  if (state === "STOPPED") return run.stopReason ?? run.summary ?? "no reason was given";
  const failures = run.failures.map(({ action, reason }) => `${action}: ${reason}`);
  return failures.length > 0 ? failures.join("\n") : (run.summary ?? "CodePipeline gave no reason");
}

/** The subject, and a text with one line for each fact; unknown facts are left out.
 * @param {string} headline @param {readonly (readonly [string, string | undefined])[]} facts @returns {Message} */
function message(headline, facts) {
  const told = facts.flatMap(([name, value]) =>
    value ? [`${name}: ${value.replaceAll("\n", `\n${" ".repeat(name.length + 2)}`)}`] : [],
  );
  // SNS takes at most 100 printable ASCII characters as a subject.
  const subject = headline.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 99);
  return { subject, text: [headline, "", ...told, ""].join("\n") };
}

/** @param {string | undefined} commit */
function shortCommit(commit) {
  if (!commit) return "a run";
  return /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit.slice(0, 40);
}

/** @param {string | undefined} text */
function firstLine(text) {
  return text?.split("\n")[0]?.slice(0, 200);
}

/** @param {string | undefined} from @param {string} to */
function seconds(from, to) {
  return from === undefined ? undefined : Math.round((Date.parse(to) - Date.parse(from)) / 1000);
}

/** @param {number | undefined} all */
function duration(all) {
  if (all === undefined || !Number.isFinite(all)) return undefined;
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60)];
  return [hours && `${hours} h`, minutes && `${minutes} min`, `${all % 60} s`].filter(Boolean).join(" ");
}

/** @param {string} region @param {string} path @param {string} [place] */
function consoleLink(region, path, place) {
  const domain = region.startsWith("cn-") ? "console.amazonaws.cn" : `${region}.console.aws.amazon.com`;
  return `https://${domain}/${path}?region=${region}${place === undefined ? "" : `#${place}`}`;
}
