import * as pulumi from "@pulumi/pulumi";

import { awsHandlers } from "./aws.ts";
import { invokes } from "./invokes.ts";
import { providerOf } from "./provider.ts";

// The process that started it is gone, and no other process would end it.
process.once("disconnect", () => process.exit());

await pulumi.provider.main(providerOf(awsHandlers, invokes), ["127.0.0.1:0"]);
