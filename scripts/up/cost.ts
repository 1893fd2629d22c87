import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { EnvironmentOutputs } from "../../components/plain.ts";
import { costEstimate, dollars, type CostEstimate, type PricedResource } from "./cost-estimate.ts";
import { prices } from "./prices.ts";
import type { Project } from "../pulumi/project.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { common, verb } from "../verb/verb.ts";

/** Prints the monthly price of an environment. */
export const costVerb = verb({
  help: "what the environment, as its files are now, costs a month",
  options: { stack: common.stack, json: common.json },
  run: async ({ stack, json }, around) => {
    if (stack === undefined) throw new UsageError("cost: give --stack");
    const estimate = await readCost(stack, around.project);
    if (json === true) around.say(JSON.stringify({ stack, ...estimate }));
    else for (const line of costLines(stack, estimate)) around.say(line);
    return 0;
  },
});

/** Previews the stack and prices the resources that it would have; changes nothing, and works before the first `up`. */
export async function readCost(stack: string, { run }: Pick<Project, "run">): Promise<PlacedEstimate> {
  const resources: PricedResource[] = [];
  let told: Partial<EnvironmentOutputs> = {};
  const onEvent = ({ resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
    const step = resourcePreEvent?.metadata;
    if (step?.new !== undefined)
      resources.push({ type: step.type, name: nameOf(step.urn), inputs: step.new.inputs as PricedResource["inputs"] });
    if (resOutputsEvent?.metadata.type === "pulumi:pulumi:Stack")
      told = (resOutputsEvent.metadata.new?.outputs["environment"] ?? {}) as Partial<EnvironmentOutputs>;
  };
  await run({ operation: "preview", stack, onEvent });
  const { region, taskCounts } = told;
  if (taskCounts === undefined) throw new Refusal(`stack ${stack}: the preview does not report how many tasks run`);
  const { asOf, region: priceRegion } = prices;
  return { asOf, region: priceRegion, ...costEstimate(resources, taskCounts), stackRegion: region };
}

/** The price of an environment, the date and region of the prices, and the environment's own region. */
export interface PlacedEstimate extends CostEstimate {
  /** Month and year of the prices. */
  readonly asOf: string;
  /** The only region whose prices are known here. */
  readonly region: string;
  /** The environment's region; undefined if the preview does not report it. */
  readonly stackRegion: string | undefined;
}

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The lines of an estimate. */
function costLines(stack: string, estimate: PlacedEstimate): readonly string[] {
  const { asOf, region, lines, monthly, notCounted, options, stackRegion } = estimate;
  const amount = (of: number): string => dollars(of).padStart(10);
  return [
    `${stack}: USD a month, at AWS's list prices of ${asOf} for ${region}, without taxes and free tiers`,
    ...(stackRegion === region ? [] : [`${stack}: ${elsewhere(stackRegion)}`]),
    ...lines.map((line) => `${amount(line.monthly)}  ${line.what}`),
    `${amount(monthly)}  in total, without any traffic`,
    "billed by use, not included:",
    ...notCounted.map((what) => `  ${what}`),
    "what settings would change:",
    ...options.map((what) => `  ${what}`),
  ];
}

const elsewhere = (region: string | undefined): string =>
  `its region is ${region ?? "not known"}, so these are not its prices; AWS's calculator has them: https://calculator.aws`;
