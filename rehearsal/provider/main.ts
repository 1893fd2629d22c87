import * as pulumi from "@pulumi/pulumi";

import { awsHandlers } from "./aws.ts";
import { construct } from "./awsx.ts";
import { invokes } from "./invokes.ts";
import { providerOf } from "./provider.ts";

// Whoever started it is gone, by whatever way: nobody else would end it.
process.once("disconnect", () => process.exit());

// One process serves both packages: the engine attaches to it once as `aws` and once as `awsx`.
await pulumi.provider.main({ ...providerOf(awsHandlers, invokes), construct }, ["127.0.0.1:0"]);
