import type { RouterHandler } from "../request/router-context.js";
import type { RouteName } from "../routes/route-table.js";

/**
 * The handlers of each route. The router has checked the access `owner` and `provider` before; the handlers check
 * `signature` and `secret`.
 */
export type Handlers = Readonly<Record<RouteName, readonly RouterHandler[]>>;
