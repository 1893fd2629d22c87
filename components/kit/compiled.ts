/** Whether this code is that of the npm package, which is compiled; Node runs this repository's TypeScript itself. */
export const compiled = import.meta.filename.endsWith(".js");
