import { AwsError } from "../kit/service.ts";
import type { Grant, Input, LocalService, World } from "../kit/service.ts";

/** An event as AWS services send it, without id, time, account and region, which no rule here looks at. */
export interface AwsEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly resources: readonly string[];
  readonly detail: Input;
}

/** EventBridge of the local cloud: the rules of the default bus whose targets are pipelines. */
export interface Events extends LocalService {
  /** Sends an event: starts the pipelines of every rule that matches it, and returns the ids of their runs. */
  readonly emit: (event: AwsEvent) => Promise<readonly string[]>;
}

/** Starts a pipeline for a rule and returns the run's id. */
export type StartByRule = (pipelineArn: string, ruleArn: string) => string;

interface Rule {
  readonly pattern: Input;
  readonly targets: ReadonlyMap<string, { readonly Id: string; readonly Arn: string; readonly RoleArn?: string }>;
}

/** Rules and their targets. EventBridge must be allowed to assume a target's role, and the role to start the pipeline. */
export function eventsService(world: World, startPipeline: StartByRule): Events {
  const rules = new Map<string, Rule>();
  const arnOf = (name: unknown): string => `arn:aws:events:${world.region}:${world.accountId}:rule/${String(name)}`;
  const known = (name: unknown): Rule => {
    const rule = rules.get(String(name));
    if (rule !== undefined) return rule;
    throw new AwsError("ResourceNotFoundException", `Rule ${String(name)} does not exist on EventBus default.`);
  };
  // Service Authorization Reference, Amazon EventBridge.
  const onRule = (operation: string, key: string) =>
    [operation, (input: Input): Grant[] => [{ action: `events:${operation}`, resource: arnOf(input[key]) }]] as const;

  const start = async (name: string, { Arn, RoleArn = "" }: { readonly Arn: string; readonly RoleArn?: string }) => {
    const credentials = await world.identity.assume(RoleArn, "events.amazonaws.com", name, arnOf(name));
    const caller = world.identity.callerOf(credentials.accessKeyId);
    await world.identity.require(caller, [{ action: "codepipeline:StartPipelineExecution", resource: Arn }]);
    return startPipeline(Arn, arnOf(name));
  };

  return {
    targets: ["AWSEvents"],
    operations: {
      PutRule: ({ Name, EventPattern }) => {
        const { targets = new Map() } = rules.get(String(Name)) ?? {};
        rules.set(String(Name), { pattern: JSON.parse(String(EventPattern)) as Input, targets });
        return Promise.resolve({ RuleArn: arnOf(Name) });
      },
      PutTargets: ({ Rule, Targets }) => {
        const rule = known(Rule);
        const added = (Targets as { Id: string; Arn: string }[]).map((target) => [target.Id, target] as const);
        rules.set(String(Rule), { ...rule, targets: new Map([...rule.targets, ...added]) });
        return Promise.resolve({ FailedEntryCount: 0, FailedEntries: [] });
      },
      RemoveTargets: ({ Rule, Ids }) => {
        const rule = known(Rule);
        const left = [...rule.targets].filter(([id]) => !(Ids as string[]).includes(id));
        rules.set(String(Rule), { ...rule, targets: new Map(left) });
        return Promise.resolve({ FailedEntryCount: 0, FailedEntries: [] });
      },
      DeleteRule: ({ Name }) => {
        rules.delete(String(Name));
        return Promise.resolve({});
      },
    },
    grants: Object.fromEntries([
      onRule("PutRule", "Name"),
      onRule("PutTargets", "Rule"),
      onRule("RemoveTargets", "Rule"),
      onRule("DeleteRule", "Name"),
    ]),
    async emit(event) {
      const started: string[] = [];
      for (const [name, { pattern, targets }] of rules) {
        const pipelines = [...targets.values()].filter(({ Arn }) => Arn.startsWith("arn:aws:codepipeline:"));
        if (pipelines.length === 0 || !matchesPattern(pattern, { ...event })) continue;
        for (const target of pipelines) {
          // EventBridge tries again and then drops the event; only its metrics show that.
          const run = await start(name, target).catch((error: unknown) => {
            world.log(`events: ${name}: ${error instanceof Error ? error.message : String(error)}`);
            return undefined;
          });
          if (run !== undefined) started.push(run);
        }
      }
      return started;
    },
  };
}

/**
 * Whether an event has every field of a pattern, with one of its values; a list in the event needs one in common
 * (EventBridge user guide, "Creating event patterns"). Comparison operators are not needed here.
 */
function matchesPattern(pattern: Input, event: Input): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = event[field];
    if (Array.isArray(wanted)) return [value].flat().some((one) => wanted.includes(one));
    return typeof value === "object" && value !== null && matchesPattern(wanted as Input, value as Input);
  });
}
