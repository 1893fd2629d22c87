import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** How an environment is reached by HTTPS. */
export interface Https {
  /** Host name, for example shop.example.com. */
  readonly domain: string;
  /**
   * ID of the public Route 53 zone of the domain, which gets a record of the address. @default - the record is not
   * created here
   */
  readonly hostedZoneId?: string | undefined;
  /**
   * ARN of a certificate for the domain, in the balancer's region. @default - one is created, and validated in the zone
   */
  readonly certificateArn?: string | undefined;
}

/**
 * TLS 1.3 and 1.2 with forward secrecy, and post-quantum key exchange for clients that support it: recommended by AWS,
 * and the default of its console ("Security policies for your Application Load Balancer").
 */
export const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** The certificate's ARN, available when ACM has validated the certificate by a record in the zone. */
export function certificate(
  name: string,
  { domain, hostedZoneId, certificateArn }: Https,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (certificateArn !== undefined) return pulumi.output(certificateArn);
  const made = new aws.acm.Certificate(name, { domainName: domain, validationMethod: "DNS" }, opts);
  // ACM asks for one record for each name, and there is only one name.
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

/** Creates the domain's records: the load balancer's IPv4 addresses, and IPv6 if it has any. */
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
