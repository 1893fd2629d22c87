import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { UsageError } from "../kit/refusal.ts";
import { heldRevisions, readHoldValue } from "../guard/rollback-hold.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { readFacts } from "./status.ts";
import type { Clients } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";
import { isVerified, judge, verdictLines, type GroupHealth, type ServiceVerdict } from "./verification.ts";

/** Checks whether what runs is what was released. */
export const verifyVerb = verb({
  help: "check that what runs is what was released; exit code 3 if it is not",
  options: { stack: common.stack, json: common.json },
  run: async ({ stack, json }, around) => {
    if (stack === undefined) throw new UsageError("verify: give --stack");
    const names = await around.locate(stack);
    const verdicts = await readVerdicts(names, around.clients(names.region));
    for (const line of json === true ? [JSON.stringify(verdicts)] : verdictLines(verdicts)) around.say(line);
    return isVerified(verdicts) ? 0 : 3;
  },
});

/** Reads each ECS service of a stack and checks it. */
export async function readVerdicts(names: StackNames, clients: Clients): Promise<readonly ServiceVerdict[]> {
  const [services, hold] = await Promise.all([
    readServices(clients.ecs, names.cluster, names.services),
    readHoldValue(clients.ssm, names.rollbackHold),
  ]);
  return await Promise.all(
    services.map(async (service) => {
      const [facts, health] = await Promise.all([
        readFacts(names, clients, service),
        Promise.all(service.targetGroups.map((arn) => readHealth(clients, arn))),
      ]);
      return judge({ ...facts, health, heldAt: heldRevisions(hold)[service.name] });
    }),
  );
}

/** Reads the health of a target group's targets: one call. */
async function readHealth({ balancers }: Pick<Clients, "balancers">, arn: string): Promise<GroupHealth> {
  const { TargetHealthDescriptions = [] } = await balancers.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: arn }),
  );
  const [, group = arn] = /targetgroup\/([^/]+)/.exec(arn) ?? [];
  return { group, targets: TargetHealthDescriptions };
}
