import { randomUUID } from "node:crypto";
import { matchesCron, readCron } from "../kit/cron.ts";
import { AwsError } from "../kit/service.ts";
import type { Input, World } from "../kit/service.ts";
import { notFound, targetKey } from "./scalable-targets.ts";
import type { Targets } from "./scalable-targets.ts";

interface ScheduledAction {
  readonly arn: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly input: Input;
}

/** Scheduled actions, and the clock that runs them. */
export interface ScheduledActions {
  readonly operations: Readonly<Record<string, (input: Input) => Promise<object>>>;
  /** Runs what is scheduled for the minute of a moment, unless its target is suspended. */
  readonly runAt: (moment: Date) => Promise<void>;
  /** Removes the scheduled actions of a target. */
  readonly forget: (input: Input) => void;
  readonly close: () => void;
}

/** The scheduled actions of the targets; they run in the minutes that their cron expressions name. */
export function scheduledActions(world: World, targets: Targets): ScheduledActions {
  const actions = new Map<string, ScheduledAction>();
  const note = (error: unknown): void => {
    world.log(`scheduled action: ${error instanceof Error ? error.message : String(error)}`);
  };
  // "Application Auto Scaling does not initiate the scaling actions that are scheduled to run during the suspension
  // period", and afterwards evaluates only those "whose execution time has not yet passed": user guide, "Suspend and
  // resume scaling".
  const runAt = async (moment: Date): Promise<void> => {
    for (const { input } of actions.values()) {
      if (!isDue(input, moment) || targets.find(input)?.suspended.ScheduledScalingSuspended !== false) continue;
      const { MinCapacity, MaxCapacity } = input["ScalableTargetAction"] as Input;
      const { ServiceNamespace, ResourceId, ScalableDimension } = input;
      const bounds = {
        ...(MinCapacity !== undefined && { MinCapacity }),
        ...(MaxCapacity !== undefined && { MaxCapacity }),
      };
      world.log(`scheduled action ${String(input["ScheduledActionName"])}: ${JSON.stringify(bounds)}`);
      await targets.register({ ServiceNamespace, ResourceId, ScalableDimension, ...bounds }).catch(note);
    }
  };
  const clock = everyMinute((moment) => {
    void runAt(moment);
  });
  return {
    runAt,
    operations: operationsOf(world, targets, actions),
    forget: (input) => {
      for (const [key, action] of actions) if (targetKey(action.input) === targetKey(input)) actions.delete(key);
    },
    close: clock.stop,
  };
}

function operationsOf(
  world: World,
  targets: Targets,
  actions: Map<string, ScheduledAction>,
): ScheduledActions["operations"] {
  return {
    // "You cannot create a scheduled action until you have registered the resource as a scalable target."
    PutScheduledAction: async (input) => {
      targets.get(input);
      const known = actions.get(actionKey(input));
      const id = `${randomUUID()}:resource/ecs/${String(input["ResourceId"])}:scheduledActionName/${String(input["ScheduledActionName"])}`;
      const arn = `arn:aws:autoscaling:${world.region}:${world.accountId}:scheduledAction:${id}`;
      const action = { arn: known?.arn ?? arn, created: known?.created ?? Date.now() / 1000 };
      const merged = { ...known?.input, ...input };
      checkSchedule(merged);
      actions.set(actionKey(input), { ...action, input: merged });
      return Promise.resolve({});
    },
    DeleteScheduledAction: async (input) => {
      if (!actions.delete(actionKey(input))) throw notFound("scheduled action", actionKey(input));
      return Promise.resolve({});
    },
    DescribeScheduledActions: async (input) => {
      const names = input["ScheduledActionNames"] as readonly string[] | undefined;
      const found = [...actions.values()].filter(
        (action) =>
          (names?.includes(String(action.input["ScheduledActionName"])) ?? true) &&
          ["ServiceNamespace", "ResourceId", "ScalableDimension"].every(
            (key) => input[key] === undefined || input[key] === action.input[key],
          ),
      );
      return Promise.resolve({
        ScheduledActions: found.map(({ arn, created, input: put }) => ({
          ...put,
          ScheduledActionARN: arn,
          CreationTime: created,
        })),
      });
    },
  };
}

/** Whether an action is scheduled for the minute of a moment. */
function isDue({ Schedule, Timezone = "UTC" }: Input, moment: Date): boolean {
  return matchesCron(readCron(cronFields(String(Schedule)), String(Timezone)), moment);
}

function checkSchedule({ Schedule, Timezone = "UTC", ScalableTargetAction }: Input): void {
  try {
    readCron(cronFields(String(Schedule)), String(Timezone));
  } catch (error) {
    throw new AwsError("ValidationException", error instanceof Error ? error.message : String(error));
  }
  const { MinCapacity, MaxCapacity } = (ScalableTargetAction ?? {}) as Input;
  if (MinCapacity === undefined && MaxCapacity === undefined)
    throw new AwsError("ValidationException", "ScalableTargetAction: a minimum or a maximum is required");
}

/** "[Minutes] [Hours] [Day_of_Month] [Month] [Day_of_Week] [Year]": API reference, PutScheduledAction. */
function cronFields(schedule: string): readonly string[] {
  const [, text = ""] = /^cron\((.*)\)$/u.exec(schedule) ?? [];
  const fields = text.trim().split(/\s+/u);
  if (fields.length !== 6)
    throw new Error(`Schedule: "${schedule}" is not known to the local cloud; write cron(…) with six fields`);
  return fields;
}

function actionKey(input: Input): string {
  return `${targetKey(input)} ${String(input["ScheduledActionName"])}`;
}

/** Calls back at the beginning of each minute, and never keeps the process alive. */
function everyMinute(call: (moment: Date) => void): { readonly stop: () => void } {
  let minute = minuteOf(new Date());
  const timer = setInterval(() => {
    const moment = new Date();
    if (minuteOf(moment) === minute) return;
    minute = minuteOf(moment);
    call(moment);
  }, 500);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

function minuteOf(moment: Date): number {
  return Math.floor(moment.getTime() / 60_000);
}
