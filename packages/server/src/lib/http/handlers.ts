import type { RouteName } from "./route-table.js";
import type { RouterHandler } from "./router-context.js";

/** What answers each route, after its access has been checked. */
export type Handlers = Readonly<Record<RouteName, readonly RouterHandler[]>>;
