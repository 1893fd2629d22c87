import { commandLine, names, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { repository, rollbackWorld, type RollbackWorld } from "../../support/rollback-world.ts";

export const own = "shop-staging";

export const worker = "shop-staging-worker";

export const command = "rollback --stack staging --yes";

/** Created by the first `up`, then released twice, the second time after an `up` with another template. */
export const history = [
  { commit: "latest" },
  { commit: "aaaaaaa" },
  { commit: "bbbbbbb", environment: { LOG_LEVEL: "debug" }, cpu: "512", template: "older" },
];

export const one = (parts: Partial<RollbackWorld> = {}): RollbackWorld =>
  Object.assign(rollbackWorld({ [own]: history }), parts);

export const plan = [
  "staging: back to aaaaaaa",
  "shop-staging: shop-staging:3 → shop-staging:2",
  `  web: ${repository}:bbbbbbb → ${repository}:aaaaaaa`,
  "  web: environment: LOG_LEVEL removed",
  "  CPU units: 512 → 256",
  "  template: a different one",
  "release tasks that have run since, which a rollback does not undo:",
  "  shop-staging-migrate:3, run run-3: exit code 0",
  "    dropped column price",
];

export const lock = {
  Name: names.verbLock,
  Type: "String",
  Value: '{"verb":"rollback","who":"ann","host":"desk","pid":7,"numbering":"host","since":"2026-11-24T12:00:00.000Z"}',
};

export const unlock = { Name: names.verbLock };

export const rollback = (
  world: RollbackWorld,
  args = command,
  more: CommandWorld & { readonly answers?: Answers } = {},
) => commandLine(args, { ...more, answers: { ...world.answers, ...more.answers } });
