import type { Handler, Properties } from "../../local-cloud/index.ts";
import { place } from "./recording-cloud.ts";

/** A resource that has its inputs as outputs, and plausible outputs where AWS would make something up. */
export function echoed(token: string, rules: Handler): Handler {
  let made = 0;
  return {
    ...rules,
    read: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
    create: ({ name = "", bucket = "", ...inputs }) => {
      const type = token.split(":").at(-1) ?? "";
      const id = [name, bucket].find((given) => typeof given === "string" && given !== "") ?? `${type}-${(made += 1)}`;
      // An event's target has another resource's ARN for an input.
      const outputs = {
        ...plausible(token, id as string),
        ...hostOf(token, inputs),
        ...("arn" in inputs && { arn: inputs["arn"] }),
      };
      return Promise.resolve({ id: id as string, outputs });
    },
    ...(rules.update ? { update: () => Promise.resolve({}) } : {}),
  };
}

function plausible(token: string, name: string): Properties {
  const [, path = "", type = ""] = /^aws:([^/]+)\/.*:(.*)$/.exec(token) ?? [];
  const arn = `arn:aws:${path}:${place.region}:${place.accountId}:${type.toLowerCase()}/${name}`;
  return {
    arn:
      type === "Role"
        ? `arn:aws:iam::${place.accountId}:role/${name}`
        : type === "Bucket"
          ? `arn:aws:s3:::${name}`
          : arn,
    ...(type === "LoadBalancer"
      ? { dnsName: `${name}.elb.amazonaws.com`, arnSuffix: `app/${name}/1`, zoneId: "Z1" }
      : {}),
    ...(type === "Vpc" ? { ipv6CidrBlock: "2600:1f18:0:ab00::/56" } : {}),
    ...(type === "TargetGroup" ? { arnSuffix: `targetgroup/${name}/1` } : {}),
    ...(path === "acm"
      ? {
          domainValidationOptions: [
            { resourceRecordName: "_proof", resourceRecordType: "CNAME", resourceRecordValue: "_acm" },
          ],
        }
      : {}),
    ...(type === "Record" ? { fqdn: name } : {}),
    ...(type === "Eip" ? { allocationId: `eipalloc-${name}` } : {}),
  };
}

/** The name of the host that AWS gives a server. */
function hostOf(token: string, { identifier, clusterIdentifier, replicationGroupId }: Properties): Properties {
  const rds = `c0ffee.${place.region}.rds.amazonaws.com`;
  if (token === "aws:rds/instance:Instance") return { address: `${String(identifier)}.${rds}` };
  if (token === "aws:rds/cluster:Cluster") return { endpoint: `${String(clusterIdentifier)}.cluster-${rds}` };
  if (token !== "aws:elasticache/replicationGroup:ReplicationGroup") return {};
  return { primaryEndpointAddress: `master.${String(replicationGroupId)}.c0ffee.use1.cache.amazonaws.com` };
}
