import { lateModule } from "../connection/late-module.js";

/** The code of the notice hooks. A page loads it when the first of them is mounted. */
export const noticesModule = /* @__PURE__ */ lateModule(() => import("./notices-code.js"));
