import { lateModule } from "../connection/late-module.js";

/** The code of notices and titles. A page loads it when the first of their hooks is mounted. */
export const noticesModule = /* @__PURE__ */ lateModule(() => import("./notices-code.js"));
