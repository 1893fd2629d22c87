import type { IncomingMessage, ServerResponse } from "node:http";
import { answerEc2Error, answerXmlError, type AwsRequest } from "./aws-request.ts";
import { answer, exchange, readAll } from "./forward.ts";
import type { LocalIdentity } from "../access/identity.ts";
import { policyTooLong } from "../access/role-policies.ts";
import { AwsError } from "../kit/service.ts";
import type { SubnetRanges } from "./subnet-ranges.ts";

/** Where requests are passed on to, and the identity that is checked first. */
interface Passing {
  /** ministack's address. */
  readonly upstream: string;
  readonly identity: LocalIdentity;
}

/** What ELBv2's API needs from the part that forwards requests. */
export interface Balancing {
  /** The reply to DescribeTargetHealth, as XML; undefined for a group that ministack answers for. */
  readonly describeTargetHealthXml: (targetGroupArn: string) => string | undefined;
  /** Called after a change of listeners or rules; the change is answered when this has finished. */
  readonly listenersChanged: () => Promise<void>;
}

/** EC2: checks names and ranges of subnets first, which ministack does not. */
export async function answerEc2(
  args: Passing,
  subnets: SubnetRanges,
  call: AwsRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const form = new URLSearchParams(body.toString());
  args.identity.passedOn(call.accessKeyId ?? "", "ec2:*");
  try {
    checkName(form);
    subnets.check(form);
    const reply = await exchange(args.upstream, request, body);
    subnets.note(form, reply.body.toString());
    answer(response, reply);
  } catch (error) {
    answerEc2Error(response, error);
  }
}

/** Elastic Load Balancing: checks names first, and takes target health from the part that forwards requests. */
export async function answerElb(
  args: Passing,
  balancing: Balancing | undefined,
  call: AwsRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const form = new URLSearchParams(body.toString());
  const action = form.get("Action") ?? "";
  const asksHealth = action === "DescribeTargetHealth";
  const xml = asksHealth ? balancing?.describeTargetHealthXml(form.get("TargetGroupArn") ?? "") : undefined;
  try {
    checkName(form);
  } catch (error) {
    answerXmlError(response, error);
    return;
  }
  if (xml === undefined) {
    const reply = await exchange(args.upstream, request, body);
    if (/Listener|Rule/u.test(action) && !action.startsWith("Describe")) await balancing?.listenersChanged();
    answer(response, reply);
    return;
  }
  try {
    const caller = args.identity.callerOf(call.accessKeyId ?? "");
    // Takes no narrower resource: Service Authorization Reference, Elastic Load Balancing V2.
    await args.identity.require(caller, [{ action: "elasticloadbalancing:DescribeTargetHealth", resource: "*" }]);
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(xml);
  } catch (error) {
    answerXmlError(response, error);
  }
}

/** IAM and STS: changed policies count at once, and roles that clients assume themselves become known. */
export async function answerIdentity(
  { upstream, identity }: Passing,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const form = new URLSearchParams(body.toString());
  const action = form.get("Action") ?? "";
  const given = (key: string): string => form.get(key) ?? "";
  if (action === "PutRolePolicy") {
    const put = { roleName: given("RoleName"), policyName: given("PolicyName"), document: given("PolicyDocument") };
    if (await identity.isTooLong(put)) {
      answerXmlError(response, policyTooLong(put));
      return;
    }
  }
  const reply = await identity.undisturbed(() => exchange(upstream, request, body));
  if (!/^(?:Get|List|Simulate)/u.test(action)) identity.policiesChanged();
  const accessKeyId = /<AccessKeyId>([^<]+)</u.exec(reply.body.toString())?.[1];
  const roleArn = form.get("RoleArn");
  if (action === "AssumeRole" && accessKeyId !== undefined && roleArn !== null) {
    identity.remember(accessKeyId, roleArn, form.get("RoleSessionName") ?? "");
  }
  answer(response, reply);
}

/** Refuses a name that AWS refuses and ministack accepts. */
function checkName(form: URLSearchParams): void {
  const name = form.get("Name") ?? "";
  // ELB API reference, CreateLoadBalancer: "must not begin with 'internal-'".
  if (form.get("Action") === "CreateLoadBalancer" && name.startsWith("internal-"))
    throw new AwsError("ValidationError", `The load balancer name '${name}' cannot begin with 'internal-'`);
  const group = form.get("GroupName") ?? "";
  // EC2 API reference, CreateSecurityGroup: "Can't start with sg-".
  if (form.get("Action") === "CreateSecurityGroup" && group.startsWith("sg-"))
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${group}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
}
