import * as pulumi from "@pulumi/pulumi";
import { refuse, textOrEmpty } from "./keys.ts";
import { nameProblem } from "./name-limits.ts";

/** The application and the environment; refuses those from which some AWS service would not accept a name. */
export function ownNames(): { readonly app: string; readonly environment: string } {
  const environment = pulumi.getStack();
  const given = textOrEmpty("app");
  const app = given || pulumi.getProject();
  const problem = nameProblem(app, environment);
  if (problem === undefined) return { app, environment };
  const key = given === "" ? "app, by default the project's name" : "app";
  return refuse(problem.of === "app" ? key : "the stack's name", problem.value, problem.allowed);
}
