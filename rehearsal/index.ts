// The package compose-ecs-pipeline-local, as the verb `rehearse` of compose-ecs-pipeline loads it.
import type { LocalPackage } from "../scripts/for-rehearsal.ts";
import { rehearse as rehearseHere } from "./any/rehearse.ts";
import { rehearseAccount } from "./aws/rehearse-account.ts";

/** Rehearses an environment on this machine or on an AWS account; returns the exit code. */
export const rehearse: LocalPackage["rehearse"] = (options) =>
  options.onAws ? rehearseAccount(options) : rehearseHere(options);
