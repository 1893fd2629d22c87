import { expect } from "chai";
import { backupWindow } from "../../../components/data/database-instance.ts";

describe("the backup window", () => {
  it("is the hour before the maintenance window, and on the day before if that begins at midnight", () => {
    const windows = ["sun:03:00-sun:04:00", "mon:00:30-mon:02:00", "sat:23:15-sun:00:15"];
    expect(windows.map(backupWindow)).to.deep.equal(["02:00-03:00", "23:30-00:30", "22:15-23:15"]);
  });
});
