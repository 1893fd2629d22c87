import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** How an environment is reached by HTTPS. */
export interface Https {
  /** Host name, say shop.example.com. */
  readonly domain: string;
  /** Route 53's public zone that the domain is in; there the address is written. @default - somebody else writes it */
  readonly hostedZoneId?: string | undefined;
  /** A certificate for the domain, in the balancer's region. @default - one is made, and validated in the zone */
  readonly certificateArn?: string | undefined;
}

/**
 * TLS 1.3 and 1.2 with forward secrecy, and key exchange that outlasts quantum computers where a client knows it: what AWS
 * recommends, and its console's default ("Security policies for your Application Load Balancer").
 */
export const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** The certificate's ARN, once ACM has seen the domain's owner's record in the zone. */
export function certificate(
  name: string,
  { domain, hostedZoneId, certificateArn }: Https,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (certificateArn !== undefined) return pulumi.output(certificateArn);
  const made = new aws.acm.Certificate(name, { domainName: domain, validationMethod: "DNS" }, opts);
  // ACM asks for one record a name, and there is one name.
  const proof = made.domainValidationOptions.apply((options) => options[0] ?? missing(domain));
  const record = new aws.route53.Record(
    `${name}-proof`,
    {
      zoneId: hostedZoneId ?? "",
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // Another certificate of the same domain has the same record.
      allowOverwrite: true,
    },
    opts,
  );
  return new aws.acm.CertificateValidation(
    name,
    { certificateArn: made.arn, validationRecordFqdns: [record.fqdn] },
    opts,
  ).certificateArn;
}

function missing(domain: string): never {
  throw new Error(`ACM returned no record to validate ${domain}`);
}

/** The domain's addresses: the load balancer's, IPv6 too where it has some. */
export function addresses(
  name: string,
  { domain, hostedZoneId }: Https,
  balancer: aws.lb.LoadBalancer,
  ipv6: boolean,
  opts: pulumi.CustomResourceOptions,
): void {
  if (hostedZoneId === undefined) return;
  for (const type of ipv6 ? ["A", "AAAA"] : ["A"]) {
    new aws.route53.Record(
      `${name}-${type.toLowerCase()}`,
      {
        zoneId: hostedZoneId,
        name: domain,
        type,
        aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
      },
      opts,
    );
  }
}
