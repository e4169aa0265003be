import type { OperatorAccess } from "../service/operator-access.js";
import type { AdminOperator, AdminSettings } from "./admin-options.js";

/** Bindings of the page's own router. */
export interface AdminEnv {
  readonly Bindings: {
    readonly operator: AdminOperator;
    /** Below the mount. */
    readonly path: string;
  };
}

/** Dependencies of the handlers. */
export interface AdminDeps {
  readonly access: OperatorAccess;
  readonly settings: AdminSettings;
  readonly newKey: () => string;
}

/** A refusal that the operator sees. */
export class AdminError extends Error {
  override readonly name = "AdminError";

  readonly status: 400 | 403 | 404 | 409 | 413 | 503 | 504;

  constructor(status: AdminError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether a request asks for JSON instead of a page. */
export function wantsJson(accept: string | undefined): boolean {
  return accept?.includes("application/json") === true && !accept.includes("text/html");
}
