/** The hour before a weekly maintenance window (`sun:03:00-sun:04:00`): RDS refuses two that overlap. */
export function backupWindow(maintenanceWindow: string): string {
  const [hour = 0, minute = 0] = maintenanceWindow.slice(4, 9).split(":").map(Number);
  const start = (hour + 23) % 24;
  return `${time(start, minute)}-${time(hour, minute)}`;
}

const time = (hour: number, minute: number): string =>
  [hour, minute].map((one) => String(one).padStart(2, "0")).join(":");
