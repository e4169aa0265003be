import { html } from "hono/html";
import { type Markup, type PageRequest, page } from "./layout.js";

export function errorPage(
  request: PageRequest,
  { message, status }: { readonly status: number; readonly message: string },
): Markup {
  const body = html`<p class="result unchanged" role="alert">${message}</p>
<p><a href="${request.deps.settings.basePath}">Back to the overview</a></p>`;
  return page(request, { heading: `Error ${status}`, body });
}
