import { alarmKinds, type AlarmSettings } from "../components/service/deployment-alarms.ts";
import { between, refuse, strings } from "./keys.ts";

/** Which alarms roll a deployment back, and their thresholds. */
export function deploymentAlarms(): AlarmSettings {
  const given = strings("deploymentAlarms");
  for (const [index, kind] of given.entries()) {
    if (!alarmKinds.some((known) => known === kind))
      refuse("deploymentAlarms", kind, `one or more of ${alarmKinds.join(", ")}`);
    if (given.indexOf(kind) !== index) refuse("deploymentAlarms", kind, "each alarm once");
  }
  return {
    kinds: alarmKinds.filter((kind) => given.includes(kind)),
    errorPercent: between("alarmErrorPercent", 1, 99),
    latencySeconds: between("alarmLatencySeconds", 1, 300),
    cpuPercent: between("alarmCpuPercent", 10, 99),
    memoryPercent: between("alarmMemoryPercent", 10, 99),
  };
}
