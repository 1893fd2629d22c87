import * as pulumi from "@pulumi/pulumi";

import { awsHandlers } from "./aws.ts";
import { invokes } from "./invokes.ts";
import { unknownTypes } from "./kit/unknown-types.ts";
import { providerOf } from "./provider.ts";
import { serverVariables } from "../servers/server-place.ts";

// The process that started it is gone, and no other process would end it.
process.once("disconnect", () => process.exit());

// A program of a team's own may have resources that the local cloud does not know; which ones is said once.
const records = process.env[serverVariables.recordsUnknown] === "true" ? unknownTypes(console.error) : undefined;

await pulumi.provider.main(providerOf(awsHandlers, invokes, records), ["127.0.0.1:0"]);
