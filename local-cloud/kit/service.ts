/** The identity behind an access key: who makes a call. */
export interface Caller {
  readonly accessKeyId: string;
  /** ARN of the role whose credentials these are, or `root`. */
  readonly principalArn: string;
}

/** One permission that an operation needs, in the terms of IAM's service authorization reference. */
export interface Grant {
  /** For example `ecs:UpdateService`. */
  readonly action: string;
  /** An ARN, or `*` where the action takes no resource. */
  readonly resource: string;
  /** Condition keys of the request, such as `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What a request of AWS's JSON protocol carries: the object behind the operation's name. */
export type Input = Readonly<Record<string, unknown>>;

/** One AWS service that the local cloud answers itself. */
export interface LocalService {
  /** Prefixes of `X-Amz-Target` that it answers to, for example `AmazonEC2ContainerServiceV20141113`. */
  readonly targets: readonly string[];
  /** The operations that it knows, by name; dates in replies are epoch seconds. */
  readonly operations: Readonly<Record<string, (input: Input, caller: Caller) => Promise<object>>>;
  /** The permissions that a caller needs for each operation, by the operation's name; every operation has an entry. */
  readonly grants: Readonly<Record<string, (input: Input) => readonly Grant[]>>;
  /** Stops everything that it has started. */
  readonly close?: () => Promise<void>;
}

/** A refusal in AWS's form: the error's code, such as `ClientException`, and its message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Temporary credentials of an assumed role. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** IAM as the local cloud enforces it. */
export interface Identity {
  /**
   * Credentials of a role for the AWS service that its trust policy names; throws when the trust policy refuses it.
   * `sourceArn` is the resource that the service acts for (IAM user guide, "aws:SourceArn").
   */
  assume(roleArn: string, service: string, sessionName: string, sourceArn: string): Promise<Credentials>;
  callerOf(accessKeyId: string): Caller;
  /** Throws AccessDeniedException for the first grant that the caller lacks; the message names action and resource. */
  require(caller: Caller, grants: readonly Grant[]): Promise<void>;
}

/** What every local service gets to work with. */
export interface World {
  /** What clients use as AWS_ENDPOINT_URL. */
  readonly endpointUrl: string;
  /** `host:port` that image URIs of the registry start with. */
  readonly registryHost: string;
  readonly region: string;
  readonly accountId: string;
  readonly identity: Identity;
  /** Labels of every container, network and volume that the local cloud starts. */
  readonly labels: Readonly<Record<string, string>>;
  /** Docker network that tasks join. */
  readonly network: string;
  /** Scratch folder of this run. */
  readonly directory: string;
  /** One line for the run's log. */
  readonly log: (line: string) => void;
}
