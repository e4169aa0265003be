/** Whether the tests run in their long form. `pnpm prove:stores` sets the variable; the check runs a part of them. */
export const isLongRun = process.env.SAFELIGHT_LONG === "1";
