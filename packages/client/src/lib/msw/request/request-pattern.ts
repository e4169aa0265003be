/** The parts of a request that a pattern matches. */
interface RequestParts {
  readonly method: string;
  /** Below the mount path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const inputPath = /^\/inputs\/(inp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const groupPath = /^\/groups\/(grp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/cancel$/;
const idPattern = /^gen_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Whether a request matches a pattern: a method, optionally a path with `:id` or an id, and query parameters with or
 * without a value. Examples: `GET`, `POST /:id/cancel`, `GET /active?after`, `GET /?status=failed`.
 */
export function isRequestTo(pattern: string, { method, path, query }: RequestParts): boolean {
  const [wantedMethod = "", address = ""] = pattern.split(" ", 2);
  const [wantedPath = "", parameters = ""] = address.split("?", 2);
  return (
    method === wantedMethod &&
    (wantedPath === "" || wantedPath === path || wantedPath === templateOf(path).template) &&
    parameters.split("&").every((parameter) => {
      const [name = "", value] = parameter.split("=", 2);
      return name === "" || (value === undefined ? query.has(name) : query.get(name) === value);
    })
  );
}

/** Splits a path into its route template and its variable parts. */
export function templateOf(path: string): { readonly template: string; readonly id: string; readonly index: string } {
  const [, inputId] = inputPath.exec(path) ?? [];
  if (inputId !== undefined) return { template: "/inputs/:inputId", id: inputId, index: "" };
  const [, groupId] = groupPath.exec(path) ?? [];
  if (groupId !== undefined) return { template: "/groups/:groupId/cancel", id: groupId, index: "" };
  const [, first = "", second = "", third = ""] = path.split("/");
  if (!idPattern.test(first)) return { template: path, id: "", index: "" };
  const isOutput = second === "outputs" && third !== "";
  return {
    template: path.replace(first, ":id").replace(/^(\/:id\/outputs)\/[^/]+/, "$1/:index"),
    id: first,
    index: isOutput ? third : "",
  };
}
