import { flag, number, text } from "./key.ts";

/** The keys about what happens between a build and the end of a run. */
export const releaseKeys = {
  releaseTimeoutMinutes: number(15, "Minutes that each release task, such as a migration, may take (1 to 60)"),
  pollSeconds: number(5, "Seconds between two checks of ECS during a release (1 to 60)"),
  approval: flag(false, "Whether a person approves each release after its build"),
  approvalTimeoutMinutes: number(
    10080,
    "Minutes after which a run that is not approved fails (5 to 86400); 10080 is 7 days",
  ),
  deploymentWindow: text(
    "",
    "When a run may enter Release, as the cron expression of CodePipeline's DeploymentWindow rule, as in * * 9-16 ? * MON-FRI *; empty means always",
  ),
  deploymentWindowTimeZone: text("UTC", "Time zone of the window, as in Europe/Berlin, UTC+05:30 or EST"),
  smokeTestUrl: text(
    "",
    "URL, or path of the load balancer, that a release requests at its end; empty means no smoke test",
  ),
  smokeTestAnswer: {
    ...text("", "Text that the answer to smokeTestUrl must contain; {commit} is the released image's tag"),
    mayBeJson: true,
  },
};
