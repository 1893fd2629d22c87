export type { ConfigValue } from "./configuration.ts";
export type { Answer, Answers } from "./first-up.ts";
export type { Conditions, PolicyStatement } from "./policy/statement.ts";
export type { ManagedPolicies, TestedRole } from "./role.ts";
export { testStack, type TestedStack, type TestStackArgs } from "./test-stack.ts";
export type { TestedResource } from "./tested-resource.ts";
