import { dollars, hoursAMonth, prices, type PlacedEstimate } from "../../scripts/for-rehearsal.ts";

/** What the price of a rehearsal depends on. */
export interface PriceArgs {
  readonly estimate: Pick<PlacedEstimate, "asOf" | "lines" | "monthly" | "notCounted" | "region" | "stackRegion">;
  /** CodeBuild's host, as in `buildComputeType`. */
  readonly host: string;
  /** How many times the journey releases. */
  readonly releases: number;
}

/** Minutes of builds that a release is expected to take: Build, Migrate and Verify together. No one has measured it. */
const buildMinutes = 12;
/** Hours that a rehearsal is expected to take: to create and delete everything, and for each release. */
const hoursOf = (releases: number): number => 0.5 + releases * 0.25;

/** Lines that say what a rehearsal costs, for each hour and in total. */
export function priceLines({ estimate, host, releases }: PriceArgs): readonly string[] {
  const { asOf, lines, monthly, notCounted, region, stackRegion } = estimate;
  const hour = monthly / hoursAMonth;
  const hours = hoursOf(releases);
  const minute = prices.buildMinute[`BUILD_GENERAL1_${host}`];
  const minutes = releases * buildMinutes;
  const builds = minute === undefined ? undefined : minutes * minute;
  const elsewhere = stackRegion === region ? "" : `; the prices of ${stackRegion ?? "the stack's region"} differ`;
  return [
    `price: at AWS's list prices of ${asOf} for ${region}, without taxes and free tiers${elsewhere}`,
    ...lines.map(({ what, monthly: month }) => `  ${dollars(month / hoursAMonth)} an hour  ${what}`),
    `  ${dollars(hour)} an hour for as long as it exists`,
    builds === undefined
      ? `  ${minutes} minutes of builds; no price for ${host} is known here`
      : `  ${dollars(builds)} for about ${minutes} minutes of builds in ${releases} release${releases === 1 ? "" : "s"}`,
    `  ${dollars(hour * hours + (builds ?? 0))} in total, if it takes ${hours} hours; no one has measured that yet`,
    ...notCounted.filter((what) => !what.startsWith("builds")).map((what) => `  not included: ${what}`),
  ];
}
