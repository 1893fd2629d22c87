import { writeFileSync } from "node:fs";
import { testStack } from "../testing/index.ts";
import { journeyPicture } from "./journey-picture.ts";
import { journeyOf } from "./journey.ts";

// This repository's production, in a mocked cloud: nothing is created.
const stack = await testStack({ stack: "production", config: { sourceRepository: "acme/shop" } });
writeFileSync(new URL("../docs/journey.svg", import.meta.url), journeyPicture(journeyOf(stack)));
