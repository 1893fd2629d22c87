import { namesOf } from "../../components/kit/names.ts";
import { accountId, region } from "./cloud-state.ts";

const place = { partition: "aws", region, accountId };

/** Names of the example's two environments. */
export const staging = namesOf("shop", "staging", place);
export const production = namesOf("shop", "production", place);
