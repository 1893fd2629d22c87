import { DescribeAlarmsCommand, type CloudWatchClient } from "@aws-sdk/client-cloudwatch";

/** Those of some alarms that are in ALARM now, by name; no call where there are none. */
export async function alarmsRinging(
  cloudwatch: CloudWatchClient,
  names: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  // DescribeAlarms takes 100 names a call, and tells of no alarm that is not there.
  for (let from = 0; from < names.length; from += 100) {
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names.slice(from, from + 100), StateValue: "ALARM", MaxRecords: 100 }),
    );
    found.push(...MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
  }
  return found.toSorted();
}
