// In a project of your own: from "compose-ecs-pipeline".
import { deliver } from "../../../deliver.ts";
export const { url, environment } = await deliver();
