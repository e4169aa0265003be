import { html } from "hono/html";
import { filterForm } from "./filter-form.js";
import { type Markup, type PageRequest, page } from "./layout.js";

/** An error, with the search that it refused, or a link to the generation on which the action was refused. */
export function errorPage(
  request: PageRequest,
  { message, status }: { readonly status: number; readonly message: string },
): Markup {
  const { c, deps } = request;
  const { basePath } = deps.settings;
  const search = c.req.query("q");
  const [generation] = /^\/generations\/gen_[^/]+(?=\/)/.exec(c.req.path) ?? [];
  const body = html`<p class="result unchanged" role="alert">${message}</p>
${search === undefined ? "" : filterForm(request, search)}
${generation === undefined ? "" : html`<p><a href="${basePath}${generation}">Back to the generation</a></p>`}
<p><a href="${basePath}">Back to the overview</a></p>`;
  return page(request, { heading: `Error ${status}`, body });
}
