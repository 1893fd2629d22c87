import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../../kit/service.ts";
import type { Input } from "../../kit/service.ts";
import { optional } from "../kit/input.ts";

/**
 * Runs a request of RunTask once for each client token of a cluster: "if you retry with the same client token, but one or
 * more of the parameters are different, the retry fails with a ConflictException" ("Ensuring idempotency", ECS API
 * reference). A token is kept until the local cloud is closed, usually for less than AWS's 24 hours.
 */
export function clientTokens() {
  const used = new Map<string, { readonly input: Input; readonly tasks: readonly string[] }>();
  return (cluster: string, input: Input, run: () => readonly string[]): readonly string[] => {
    const token = optional(input, "clientToken");
    if (token === undefined) return run();
    if (!/^[!-~]{1,64}$/.test(token)) {
      throw new AwsError("InvalidParameterException", "clientToken: up to 64 ASCII characters in the range of 33-126.");
    }
    const before = used.get(`${cluster} ${token}`);
    if (before !== undefined && !isDeepStrictEqual(before.input, input)) {
      throw new AwsError(
        "ConflictException",
        `The provided clientToken is already in use with a different RunTask request: ${before.tasks.join(", ")}`,
      );
    }
    const tasks = before?.tasks ?? run();
    used.set(`${cluster} ${token}`, { input, tasks });
    return tasks;
  };
}
