import { MountError } from "../http/mount/mount-error.js";
import { pathUnder } from "../http/request/path-under.js";
import { errorText } from "../ports/error-text.js";
import { fromHost } from "../service/errors/from-host.js";
import { type AdminDeps, wantsJson } from "./admin-context.js";
import { type AdminOperator, type AuthorizeRequest, isPermissions } from "./admin-options.js";

/** The parts of {@link AuthorizeRequest} that depend on the host. */
export type RequestSource = Pick<AuthorizeRequest, "context" | "incoming">;

/** `path`: that below the mount. `refused`: the response must not reveal that there is a page. */
export type AccessVerdict =
  | { readonly type: "operator"; readonly operator: AdminOperator; readonly path: string }
  | { readonly type: "sign_in"; readonly url: string }
  | { readonly type: "refused" };

/** Decides a request by the host's `authorize`. A mistake of the host is logged, and refuses the request. */
export async function authorizeRequest(
  { access, settings }: AdminDeps,
  { request, ...source }: RequestSource & { readonly request: Request },
): Promise<AccessVerdict> {
  const { clock, logger } = access.service;
  const path = pathUnder(settings.basePath, request.url);
  if (path === null) {
    logger.error("The operator page is mounted at another path.", {
      event: "admin.mounted_elsewhere",
      error: errorText(new MountError(settings.basePath)),
    });
    return { type: "refused" };
  }
  let operator: AdminOperator | null = null;
  try {
    const authorize = () => settings.authorize({ request, headers: request.headers, ...source });
    operator = checkOperator(await fromHost({ clock, what: "authorize of the operator page" }, authorize));
  } catch (error) {
    logger.error("authorize of the operator page failed.", {
      event: "admin.authorize_failed",
      error: errorText(error),
    });
  }
  if (operator !== null) return { type: "operator", operator, path };
  const { signIn } = settings;
  const isPage =
    request.method === "GET" && !wantsJson(request.headers.get("accept") ?? undefined) && !path.startsWith("/assets/");
  return signIn !== null && isPage ? { type: "sign_in", url: signIn } : { type: "refused" };
}

/** A host without types may return any value. Without a name, no action could be recorded. */
function checkOperator(operator: AdminOperator | null): AdminOperator | null {
  if (operator === null || operator === undefined) return null;
  const { actor, may } = operator;
  if (typeof actor !== "string" || actor === "" || actor.length > 200) {
    throw new TypeError("authorize must return an actor with 1 to 200 characters.");
  }
  if (may !== "everything" && may !== "read" && !isPermissions(may)) {
    throw new TypeError(
      `authorize must return may: "everything", "read" or a list of actions, not ${JSON.stringify(may)}.`,
    );
  }
  return operator;
}
