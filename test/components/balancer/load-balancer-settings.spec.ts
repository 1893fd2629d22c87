import { expect } from "chai";
import { cloud, only, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { web, make, balancerArn, targets } from "./balancer-bench.ts";

describe("the load balancer", () => {
  beforeEach(() => startCloud());

  it("ends TLS at its domain with a certificate that is validated in the zone, and sends HTTP there", async () => {
    const balancer = make([web], { https: { domain: "shop.example.com", hostedZoneId: "Z1" } });
    await settled();
    const listeners = cloud.filter(({ type }) => type === "aws:lb/listener:Listener").map(({ inputs }) => inputs);
    expect(listeners).to.deep.equal([
      {
        defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
        loadBalancerArn: balancerArn,
        port: 80,
        protocol: "HTTP",
      },
      {
        certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/shop-staging",
        defaultActions: [{ type: "forward", targetGroupArn: targets }],
        loadBalancerArn: balancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      },
    ]);
    const records = cloud.filter(({ type }) => type === "aws:route53/record:Record").map(({ inputs }) => inputs);
    expect(records).to.deep.equal([
      {
        zoneId: "Z1",
        name: "shop.example.com",
        type: "A",
        aliases: [{ name: "shop-staging.us-east-1.elb.amazonaws.com", zoneId: "Z0", evaluateTargetHealth: false }],
      },
      {
        zoneId: "Z1",
        name: "_0.shop.example.com.",
        type: "CNAME",
        records: ["_1.acm-validations.aws."],
        ttl: 300,
        allowOverwrite: true,
      },
    ]);
    expect(only("aws:acm/certificateValidation:CertificateValidation").inputs).to.deep.equal({
      certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/shop-staging",
      validationRecordFqdns: ["_0.shop.example.com."],
    });
    expect(balancer && (await valueOf(balancer.url))).to.equal("https://shop.example.com");
  });

  it("uses an existing certificate, and creates no record without a hosted zone", async () => {
    const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/0";
    make([web], { https: { domain: "shop.example.com", certificateArn } });
    await settled();
    expect(cloud.filter(({ type }) => /^aws:(acm|route53)/.test(type))).to.deep.equal([]);
    expect(only("aws:lb/listener:Listener", "shop-staging-https").inputs["certificateArn"]).to.equal(certificateArn);
  });

  it("can be protected, logged, internal, limited to some addresses and behind a web ACL", async () => {
    const webAclArn = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/shop/0";
    make([web], { internal: true, allowedRanges: ["10.1.0.0/16"], accessLogs: true, webAclArn }, true);
    await settled();
    const { inputs, dependencies } = only("aws:lb/loadBalancer:LoadBalancer");
    const { internal, subnets, accessLogs, enableDeletionProtection } = inputs;
    const bucket = `shop-staging-access-000000000000-us-east-1`;
    expect({ internal, subnets, accessLogs, enableDeletionProtection }).to.deep.equal({
      internal: true,
      subnets: ["subnet-c"],
      accessLogs: { bucket, enabled: true },
      enableDeletionProtection: true,
    });
    expect(dependencies).to.include("BucketPolicy shop-staging-access-logs");
    expect(only("aws:wafv2/webAclAssociation:WebAclAssociation").inputs).to.deep.equal({
      resourceArn: balancerArn,
      webAclArn,
    });
    const policy = JSON.parse(String(only("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])) as {
      Statement: unknown[];
    };
    expect(policy.Statement[0]).to.deep.equal({
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: `arn:aws:s3:::${bucket}/AWSLogs/000000000000/*`,
    });
    const ranges = cloud.filter(({ name }) => name.includes("http-in")).map(({ inputs: rule }) => rule["cidrIpv4"]);
    expect(ranges).to.deep.equal(["10.1.0.0/16"]);
  });

  it("has IPv6 addresses, and lets IPv6 in, if its subnets have them", async () => {
    make([web], { ipv6: true, https: { domain: "shop.example.com", hostedZoneId: "Z1" } });
    await settled();
    expect(only("aws:lb/loadBalancer:LoadBalancer").inputs["ipAddressType"]).to.equal("dualstack");
    const ranges = cloud
      .filter(({ name }) => /https?-in/.test(name))
      .map(({ name, inputs }) => [name, inputs["cidrIpv4"] ?? inputs["cidrIpv6"]]);
    expect(ranges).to.deep.equal([
      ["shop-staging-http-in", "0.0.0.0/0"],
      ["shop-staging-http-in-::/0", "::/0"],
      ["shop-staging-https-in", "0.0.0.0/0"],
      ["shop-staging-https-in-::/0", "::/0"],
    ]);
    const addresses = cloud.filter(({ inputs }) => inputs["aliases"] !== undefined).map(({ inputs }) => inputs["type"]);
    expect(addresses).to.deep.equal(["A", "AAAA"]);
  });
});
