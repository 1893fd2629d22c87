import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ClosedBucketArgs {
  readonly bucketName: string;
  /** Whether the bucket is protected from deletion, and is not deleted while it holds objects. */
  readonly protect: boolean;
  /** ARN of the KMS key that encrypts it. @default - S3's own keys (SSE-S3) */
  readonly kmsKeyArn?: string | undefined;
  /** Statements of its policy that grant access, placed before the one that requires TLS. @default - none */
  readonly statements?: (bucketArn: pulumi.Output<string>) => readonly object[];
}

/**
 * Creates a bucket that is encrypted, never public and reached over TLS only; once `policy` exists, all of that holds.
 */
export function closedBucket(name: string, args: ClosedBucketArgs, parent: pulumi.Resource) {
  const { bucketName, protect, kmsKeyArn, statements } = args;
  const made = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: !protect }, { parent, protect });
  const { arn, bucket } = made;
  const closed = new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { parent },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket, rules: [encryption(kmsKeyArn)] }, { parent });
  const Statement = [...(statements?.(arn) ?? []), tlsOnly(arn)];
  const policy = new aws.s3.BucketPolicy(
    name,
    { bucket, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement }) },
    // S3 refuses two changes of a bucket's access at the same time.
    { parent, dependsOn: [closed] },
  );
  return { arn, bucket, policy };
}

function encryption(
  kmsMasterKeyId: string | undefined,
): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (kmsMasterKeyId === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  // A bucket key saves a call of KMS for each object.
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId },
    bucketKeyEnabled: true,
  };
}

const tlsOnly = (bucketArn: pulumi.Output<string>) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
