import { isIP } from "node:net";
import type { Https } from "../components/balancer/https.ts";
import type { BalancerSettings } from "../components/balancer/load-balancer.ts";
import { between, flag, optional, refuse, strings } from "./keys.ts";
import type { KeyOf } from "./table.ts";

/** All settings of a stack about its load balancer. */
export function balancer(): BalancerSettings {
  return {
    https: https(),
    internal: flag("internalBalancer"),
    ipv6: ipv6(),
    // "The valid range is 1-4000 seconds" (ELB, "Application Load Balancers", load balancer attributes).
    idleTimeoutSeconds: between("idleTimeoutSeconds", 1, 4000),
    allowedRanges: ranges("allowedRanges"),
    accessLogs: flag("accessLogs"),
    webAclArn: optional(
      "webAclArn",
      /^arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+$/,
      "a regional web ACL's ARN, arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID",
    ),
    healthCheckPath: optional("healthCheckPath", /^\/\S*$/, "a path that begins with /"),
  };
}

const domainName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

function https(): Https | undefined {
  const domain = optional("domain", domainName, "a host name in lower case, as in shop.example.com");
  const hostedZoneId = optional(
    "hostedZoneId",
    /^Z[A-Z0-9]{1,31}$/,
    "the id of a zone of Route 53, as in Z0123456789ABC",
  );
  const certificateArn = optional(
    "certificateArn",
    /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    "a certificate's ARN, arn:aws:acm:REGION:ACCOUNT:certificate/ID",
  );
  if (domain !== undefined) {
    if (hostedZoneId === undefined && certificateArn === undefined)
      refuse("domain", domain, "hostedZoneId as well, in which a certificate is validated, or certificateArn");
    return { domain, hostedZoneId, certificateArn };
  }
  for (const [key, value] of Object.entries({ hostedZoneId, certificateArn }))
    if (value !== undefined) refuse(key, value, "it only together with domain");
  return undefined;
}

function ipv6(): boolean {
  const wanted = flag("ipv6");
  if (wanted && flag("internalBalancer")) refuse("ipv6", true, "it only if internalBalancer is false");
  return wanted;
}

function ranges(key: KeyOf<"array">): readonly string[] {
  const found = strings(key);
  for (const [index, range] of found.entries()) {
    if (!isRange(range)) refuse(key, range, "address ranges, as in 203.0.113.0/24 or 2001:db8::/32");
    if (found.indexOf(range) !== index) refuse(key, range, "each range once");
    if (range.includes(":") && !flag("ipv6")) refuse(key, range, "IPv6 ranges only if ipv6 is true");
  }
  return found;
}

function isRange(text: string): boolean {
  const [, address = "", bits = ""] = /^([\d.a-f:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
