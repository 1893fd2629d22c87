import { databaseEngines, type DatabaseEngineName } from "../components/data/database-engines.ts";
import { between, flag, matching, optional, refuse, refuseUnread, text, textOrEmpty, word } from "./keys.ts";
import { reserved } from "./parameters.ts";
import type { KeyOf } from "./table.ts";
import type { DatabaseSettings } from "../components/data/store-settings.ts";

/** The keys that only an instance reads. */
const instanceKeys = ["databaseInstanceClass", "databaseStorageGiB", "databaseMaxStorageGiB"] as const;

/** The keys that only Aurora reads. */
const auroraKeys = ["databaseMinCapacity", "databaseMaxCapacity"] as const;

/** The keys that every database reads. */
const commonKeys = [
  "databaseVersion",
  "databaseVariable",
  "databaseMultiAz",
  "databaseBackupDays",
  "databaseMaintenanceWindow",
  "databaseApplyImmediately",
  "databasePerformanceInsights",
  "databaseFinalSnapshot",
  "databaseSnapshot",
] as const;

const engines = ["none", ...(Object.keys(databaseEngines) as DatabaseEngineName[])] as const;

/** The database that `up` creates, or undefined if it creates none. */
export function database(): DatabaseSettings | undefined {
  const engine = word("databaseEngine", engines);
  if (engine === "none") {
    refuseUnread([...commonKeys, ...instanceKeys, ...auroraKeys], "it only if databaseEngine is not none");
    return undefined;
  }
  const { aurora, version, versionPattern } = databaseEngines[engine];
  if (aurora) refuseUnread(instanceKeys, `it only if databaseEngine is postgres or mysql; ${engine} is serverless`);
  else refuseUnread(auroraKeys, `it only if databaseEngine is aurora-postgresql or aurora-mysql; it is ${engine}`);
  const given = optional("databaseVersion", versionPattern, `a version without its last part, as in ${version}`);
  return {
    engine,
    version: given ?? version,
    mayUpgrade: given !== undefined,
    applyImmediately: flag("databaseApplyImmediately"),
    variable: variableName("databaseVariable"),
    instanceClass: matching(
      "databaseInstanceClass",
      /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
      "a class of RDS, as in db.t4g.micro",
    ),
    ...storage(),
    capacity: capacity(),
    multiAz: flag("databaseMultiAz"),
    backupDays: between("databaseBackupDays", 1, 35),
    maintenanceWindow: weeklyWindow("databaseMaintenanceWindow"),
    performanceInsights: flag("databasePerformanceInsights"),
    finalSnapshot: flag("databaseFinalSnapshot"),
    snapshot: textOrEmpty("databaseSnapshot") || undefined,
  };
}

/** Name of a Compose variable; refuses the names that the build sets itself. */
export function variableName(key: KeyOf<"string">): string {
  const value = matching(key, /^[A-Za-z_]\w*$/, "the name of a variable, as in DATABASE_URL");
  return reserved.includes(value) ? refuse(key, value, "another name: the build sets this one itself") : value;
}

/** A weekly window as RDS and ElastiCache accept it, of one to eight hours: ElastiCache asks for at least one. */
export function weeklyWindow(key: KeyOf<"string">): string {
  const allowed = "a weekly time in UTC of one to eight hours, as in sun:03:00-sun:04:00";
  const value = matching(key, window, allowed);
  const [from = "", to = ""] = value.split("-");
  const minutes = (minuteOf(to) - minuteOf(from) + week) % week;
  return minutes >= 60 && minutes <= 480 ? value : refuse(key, value, allowed);
}

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const moment = `(${days.join("|")}):([01]\\d|2[0-3]):[0-5]\\d`;
const window = new RegExp(`^${moment}-${moment}$`);
const week = 7 * 24 * 60;

/** Minutes since the beginning of Monday. */
function minuteOf(moment: string): number {
  const [day = "", hour, minute] = moment.split(":");
  return (days.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute);
}

/** RDS lets the maximum storage exceed the initial storage by no less than a tenth (RDS user guide, "Managing capacity automatically with Amazon RDS storage autoscaling"). */
function storage() {
  const storageGiB = between("databaseStorageGiB", 20, 65_536);
  const maxStorageGiB = between("databaseMaxStorageGiB", 0, 65_536);
  if (maxStorageGiB !== 0 && maxStorageGiB < storageGiB * 1.1) {
    const least = Math.ceil(storageGiB * 1.1);
    refuse("databaseMaxStorageGiB", maxStorageGiB, `0, or at least ${least}: a tenth more than databaseStorageGiB`);
  }
  return { storageGiB, maxStorageGiB };
}

/** Aurora accepts 0 to 256 capacity units in steps of 0.5; a minimum of 0 lets it pause. */
function capacity() {
  const [least, most] = [units("databaseMinCapacity", 0), units("databaseMaxCapacity", 1)];
  return least <= most
    ? { least, most }
    : refuse("databaseMaxCapacity", most, `at least databaseMinCapacity, which is ${least}`);
}

function units(key: KeyOf<"string">, least: number): number {
  const number = Number(text(key));
  const fits = Number.isInteger(number * 2) && number >= least && number <= 256;
  return fits ? number : refuse(key, text(key), `capacity units from ${least} to 256, in steps of 0.5`);
}
