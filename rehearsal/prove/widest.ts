/** Settings with which an environment has every role and every permission that a source behind a connection leaves it. */
export const widest = {
  approval: true,
  notificationEmails: ["team@example.com"],
  buildParameters: ["SECRET_KEY_BASE"],
  testReports: true,
};
