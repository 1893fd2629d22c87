export { accountId, defaultRegion as region } from "../../testing/place.ts";
