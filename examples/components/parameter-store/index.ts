import * as pulumi from "@pulumi/pulumi";
import { ParameterStore } from "../../../components/index.ts";

// The settings and secrets of one environment, as parameters of SSM. A secret is encrypted in Pulumi's state, too.
const databaseUrl = new pulumi.Config().requireSecret("databaseUrl");

const parameters = new ParameterStore("shop", {
  path: "/shop/production",
  settings: { LOG_LEVEL: "info" },
  secrets: { DATABASE_URL: databaseUrl },
  existing: { LICENCE: "/shared/licence" },
});

/** The name of the parameter behind each variable, for the containers' definitions. */
export const { names } = parameters;
