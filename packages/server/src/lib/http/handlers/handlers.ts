import type { RouterHandler } from "../request/router-context.js";
import type { RouteName } from "../routes/route-table.js";

/** The handlers of each route, which run after its access check. */
export type Handlers = Readonly<Record<RouteName, readonly RouterHandler[]>>;
