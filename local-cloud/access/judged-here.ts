import type { Grant, Input } from "../kit/service.ts";

/** Region and account of the local cloud's ARNs. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * The grants of operations for which ministack checks another resource than IAM's service authorization reference
 * names.
 */
export function judgedHere(
  { region, accountId }: Place,
  prefix: string,
  operation: string,
): ((input: Input) => readonly Grant[]) | undefined {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const group = (input: Input) => arn("logs", `log-group:${String(input["logGroupName"])}`);
  // In a policy, the ARN of a log group ends in `:*` (CloudWatch Logs user guide, "CloudWatch Logs resources and
  // operations").
  const onGroup = (input: Input): readonly Grant[] => [{ action: `logs:${operation}`, resource: `${group(input)}:*` }];
  const onStream = (input: Input): readonly Grant[] => [
    { action: `logs:${operation}`, resource: `${group(input)}:log-stream:${String(input["logStreamName"])}` },
  ];
  const onParameters = (input: Input): readonly Grant[] =>
    (input["Names"] as readonly string[]).map((name) => ({
      action: "ssm:GetParameters",
      resource: name.startsWith("arn:") ? name : arn("ssm", `parameter/${name.replace(/^\//u, "")}`),
    }));
  const operations: Readonly<Record<string, (input: Input) => readonly Grant[]>> = {
    "Logs_20140328.CreateLogStream": onGroup,
    "Logs_20140328.PutLogEvents": onStream,
    "Logs_20140328.GetLogEvents": onStream,
    "Logs_20140328.FilterLogEvents": onGroup,
    "AmazonSSM.GetParameters": onParameters,
    "AmazonSSM.GetParametersByPath": (input) => [
      {
        action: "ssm:GetParametersByPath",
        resource: arn("ssm", `parameter${String(input["Path"]).replace(/\/$/u, "")}`),
      },
    ],
  };
  return operations[`${prefix}.${operation}`];
}
