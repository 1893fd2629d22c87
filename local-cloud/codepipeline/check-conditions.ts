import type { Stage } from "./declaration.ts";
import { readWindow } from "./deployment-window.ts";

/**
 * What is wrong with a stage's conditions: CodePipeline would refuse it, or the local cloud does not execute it.
 * Undefined when nothing is wrong.
 */
export function conditionProblem({ name, beforeEntry, onSuccess, onFailure }: Stage): string | undefined {
  const where = `Stage ${name}`;
  if (onSuccess !== undefined) return `${where}: onSuccess: the local cloud does not execute this`;
  if (onFailure !== undefined) {
    const { result, retryConfiguration: { retryMode = "FAILED_ACTIONS" } = {}, conditions = [] } = onFailure;
    if (result !== "RETRY" || conditions.length > 0)
      return `${where}: onFailure ${result ?? "with conditions"}: the local cloud executes only RETRY without conditions`;
    if (retryMode !== "FAILED_ACTIONS" && retryMode !== "ALL_ACTIONS")
      return `${where}: retryMode ${retryMode}: allowed are FAILED_ACTIONS and ALL_ACTIONS`;
  }
  return beforeEntry === undefined ? undefined : entryProblem(where, beforeEntry);
}

// "Fixed number of 1 item" and 1 to 5 rules: API reference, BeforeEntryConditions and Condition.
function entryProblem(where: string, { conditions }: NonNullable<Stage["beforeEntry"]>): string | undefined {
  const [condition, ...others] = conditions;
  if (condition === undefined || others.length > 0) return `${where}: beforeEntry takes one condition`;
  const { result, rules } = condition;
  if (result !== "FAIL") return `${where}: beforeEntry ${result ?? ""}: the local cloud executes only FAIL`;
  if (rules.length < 1 || rules.length > 5) return `${where}: a condition takes 1 to 5 rules`;
  for (const { name, ruleTypeId, configuration = {} } of rules) {
    const { provider } = ruleTypeId;
    if (provider !== "DeploymentWindow")
      return `${where}: rule ${name}: the local cloud knows only DeploymentWindow, not ${provider}`;
    try {
      readWindow(configuration);
    } catch (error) {
      return `${where}: rule ${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}
