import * as pulumi from "@pulumi/pulumi";
import { refuse, text } from "./keys.ts";
import { nameProblem } from "./name-limits.ts";

/** The application and the environment; refuses those from which some AWS service would not accept a name. */
export function ownNames(): { readonly app: string; readonly environment: string } {
  const environment = pulumi.getStack();
  const app = text("app");
  const problem = nameProblem(app, environment);
  if (problem === undefined) return { app, environment };
  return refuse(problem.of === "app" ? "app" : "the stack's name", problem.value, problem.allowed);
}
