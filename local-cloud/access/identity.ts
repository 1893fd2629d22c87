import {
  GetRoleCommand,
  IAMClient,
  SimulateCustomPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { conditionsHold, documentText, listOf, statementsOf } from "./policy-conditions.ts";
import type { ConditionContext, OneOrMany, PolicyStatement } from "./policy-conditions.ts";
import { isTooLong, rolePolicies, type RolePolicy } from "./role-policies.ts";
import { AwsError } from "../kit/service.ts";
import type { Caller, Credentials, Grant, Identity } from "../kit/service.ts";

/** The root user's access key and secret: no call with them is refused. */
export const rootCredentials = { accessKeyId: "test", secretAccessKey: "test" };

/** IAM of one local cloud, with what only the endpoint uses. */
export interface LocalIdentity extends Identity {
  /** As in {@link Identity}; the `sourceArn` may be left out where the trust policy does not check it. */
  assume(roleArn: string, service: string, sessionName: string, sourceArn?: string): Promise<Credentials>;
  /** Notes credentials that a client has got from STS itself. */
  remember(accessKeyId: string, roleArn: string, sessionName: string): void;
  /** Runs something while no trust policy is being changed here. */
  undisturbed<Result>(run: () => Promise<Result>): Promise<Result>;
  /** Whether the inline policies of a role would be longer than IAM allows. */
  isTooLong(policy: RolePolicy): Promise<boolean>;
  /** Forgets the policies that it has read, because IAM has changed. */
  policiesChanged(): void;
  /** Notes a request that ministack judges; `action` is `service:*` where only the service is known. */
  passedOn(accessKeyId: string, action: string): void;
}

/** One permission that a role needed for a call. */
export interface Asked {
  readonly roleArn: string;
  /** `s3:*` means any action of a service whose requests ministack judges and nothing here reads. */
  readonly action: string;
  readonly resource: string;
  /** @default - ministack decides */
  readonly allowed?: boolean;
}

/** The emulator that has IAM, and its account. */
export interface IdentityArgs {
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: ((asked: Asked) => void) | undefined;
}

/**
 * IAM for principals of one account: ministack evaluates the policies; trust policies and conditions are evaluated
 * here.
 */
export function localIdentity(args: IdentityArgs): LocalIdentity {
  const client = { endpoint: args.url, region: args.region, credentials: rootCredentials };
  const iam = new IAMClient(client);
  const sts = new STSClient(client);
  const sessions = new Map<string, { readonly roleArn: string; readonly sessionName: string }>();
  const policies = new Map<string, Promise<readonly PolicyStatement[]>>();

  let queue: Promise<unknown> = Promise.resolve();
  const undisturbed = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(run);
    queue = turn.catch(() => undefined);
    return turn;
  };

  const statementsOfRole = (roleArn: string): Promise<readonly PolicyStatement[]> => {
    const known = policies.get(roleArn) ?? rolePolicies(iam, roleName(roleArn));
    policies.set(roleArn, known);
    known.catch(() => policies.delete(roleArn));
    return known;
  };

  return {
    undisturbed,

    async assume(roleArn, service, sessionName, sourceArn) {
      const { Role } = await undisturbed(() => iam.send(new GetRoleCommand({ RoleName: roleName(roleArn) }))).catch(
        noSuchRole(roleArn),
      );
      const context = {
        "aws:SourceAccount": args.accountId,
        ...(sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn }),
      };
      const trust = documentText(Role?.AssumeRolePolicyDocument ?? "{}");
      if (Role?.Arn !== roleArn || !trusts(statementsOf(trust), service, context)) {
        const message = `${service} is not authorized to perform AssumeRole on role ${roleArn}`;
        throw new AwsError("AccessDeniedException", message, 403);
      }
      const role = { roleArn, sessionName, trust };
      const credentials = await undisturbed(() => assumeRole(iam, sts, role));
      sessions.set(credentials.accessKeyId, { roleArn, sessionName });
      return credentials;
    },

    callerOf(accessKeyId): Caller {
      if (accessKeyId === rootCredentials.accessKeyId) return { accessKeyId, principalArn: "root" };
      const session = sessions.get(accessKeyId);
      if (session !== undefined) return { accessKeyId, principalArn: session.roleArn };
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
    },

    async require(caller, grants) {
      if (caller.principalArn === "root") return;
      const statements = await statementsOfRole(caller.principalArn);
      const common = accountContext(caller.principalArn, args);
      const decisions = await Promise.all(
        grants.map((grant) => isAllowed(iam, statements, grant, { ...common, ...grant.context })),
      );
      grants.forEach(({ action, resource }, index) => {
        args.onAsked?.({ roleArn: caller.principalArn, action, resource, allowed: decisions[index] === true });
      });
      const denied = grants[decisions.indexOf(false)];
      if (denied !== undefined) throw denial(caller, sessions.get(caller.accessKeyId)?.sessionName ?? "", denied);
    },

    remember(accessKeyId, roleArn, sessionName) {
      sessions.set(accessKeyId, { roleArn, sessionName });
    },

    isTooLong: (policy) => isTooLong(iam, policy),

    policiesChanged() {
      policies.clear();
    },

    passedOn(accessKeyId, action) {
      const session = sessions.get(accessKeyId);
      if (session !== undefined) args.onAsked?.({ roleArn: session.roleArn, action, resource: "*" });
    },
  };
}

/** Whether a trust policy lets an AWS service assume its role. */
export function trusts(statements: readonly PolicyStatement[], service: string, context: ConditionContext): boolean {
  const applying = statements.filter(
    (statement) =>
      listOf(statement["Action"] as OneOrMany).some((action) => ["sts:AssumeRole", "sts:*", "*"].includes(action)) &&
      listOf((statement["Principal"] as { Service?: OneOrMany } | undefined)?.Service).includes(service) &&
      conditionsHold(statement, context),
  );
  return applying.some(({ Effect }) => Effect === "Allow") && !applying.some(({ Effect }) => Effect === "Deny");
}

interface RoleToAssume {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Text of its trust policy. */
  readonly trust: string;
}

// ministack's STS does not know the resource that a service acts for. Conditions on it are judged here, and are removed
// from the trust policy during the call, one role after the other.
async function assumeRole(iam: IAMClient, sts: STSClient, role: RoleToAssume): Promise<Credentials> {
  const statements = statementsOf(role.trust);
  const conditional = statements.some(({ Condition }) => Condition !== undefined);
  const setTrust = (PolicyDocument: string): Promise<unknown> =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName(role.roleArn), PolicyDocument }));
  if (conditional) await setTrust(policyText(statements.map(unconditional)));
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role.roleArn, RoleSessionName: role.sessionName }),
    );
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
      throw new AwsError("ServiceException", `sts: no credentials for ${role.roleArn}`, 500);
    }
    return { accessKeyId, secretAccessKey, sessionToken };
  } finally {
    if (conditional) await setTrust(role.trust);
  }
}

// ministack's simulation knows no condition keys: it gets the statements whose conditions hold, without the conditions.
async function isAllowed(
  iam: IAMClient,
  statements: readonly PolicyStatement[],
  grant: Grant,
  context: ConditionContext,
): Promise<boolean> {
  const applying = statements.filter((one) => conditionsHold(one, context)).map(unconditional);
  if (applying.length === 0) return false;
  const { EvaluationResults } = await iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [policyText(applying)],
      ActionNames: [grant.action],
      ResourceArns: [grant.resource],
    }),
  );
  return EvaluationResults?.[0]?.EvalDecision === "allowed";
}

function unconditional(statement: PolicyStatement): PolicyStatement {
  return { ...statement, Condition: {} };
}

// An empty Condition is left out, because IAM refuses it.
function policyText(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ Condition = {}, ...rest }) =>
      Object.keys(Condition).length === 0 ? rest : { ...rest, Condition },
    ),
  });
}

function accountContext(principalArn: string, { region, accountId }: IdentityArgs): ConditionContext {
  return {
    "aws:PrincipalArn": principalArn,
    "aws:PrincipalAccount": accountId,
    "aws:ResourceAccount": accountId,
    "aws:RequestedRegion": region,
  };
}

function denial(caller: Caller, sessionName: string, { action, resource }: Grant): AwsError {
  const account = caller.principalArn.split(":")[4] ?? "";
  const user = `arn:aws:sts::${account}:assumed-role/${roleName(caller.principalArn)}/${sessionName}`;
  return new AwsError(
    "AccessDeniedException",
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource}`,
    400,
  );
}

function noSuchRole(roleArn: string): (error: Error) => never {
  return (error) => {
    if (error.name !== "NoSuchEntityException" && error.name !== "NoSuchEntity") throw error;
    throw new AwsError("AccessDeniedException", `${roleArn}: no such role`, 403);
  };
}

function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}
