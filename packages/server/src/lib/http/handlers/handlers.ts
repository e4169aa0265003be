import type { RouterHandler } from "../request/router-context.js";
import type { RouteName } from "../routes/route-table.js";

/** What answers each route, after its access has been checked. */
export type Handlers = Readonly<Record<RouteName, readonly RouterHandler[]>>;
