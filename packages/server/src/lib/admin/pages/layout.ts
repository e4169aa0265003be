import type { Context } from "hono";
import { html } from "hono/html";
import type { AdminDeps, AdminEnv } from "../admin-context.js";
import { scriptPath, stylePath } from "../assets/asset-routes.js";

/** Escaped HTML. A value in the template `html` is escaped unless it is of this type. */
export type Markup = ReturnType<typeof html>;

/** The request for which a page is rendered. */
export interface PageRequest {
  readonly c: Context<AdminEnv>;
  readonly deps: AdminDeps;
}

const sections = [
  ["/", "Overview"],
  ["/generations", "Generations"],
  ["/accounts", "Accounts"],
  ["/money", "Money"],
  ["/vendors", "Vendors"],
  ["/deliveries", "Deliveries"],
  ["/files", "Files"],
  ["/actions", "Actions"],
  ["/audit", "Audit"],
] as const;

/**
 * A whole page.
 *
 * @param options.isLive whether the script loads the page again at an interval while it is visible.
 * @param options.isList whether the page is the list to which {@link backLink} returns, with its search.
 */
export function page(
  { c, deps: { settings } }: PageRequest,
  options: { readonly heading: string; readonly isLive?: boolean; readonly isList?: boolean; readonly body: Markup },
): Markup {
  const { basePath, title } = settings;
  const { body, heading, isList = false, isLive = false } = options;
  const operator = c.env.operator;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading} · ${title}</title>
<link rel="stylesheet" href="${basePath}${stylePath}">
<link rel="icon" href="data:,">
<script src="${basePath}${scriptPath}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<strong>${title}</strong>
<nav aria-label="Sections">${sections.map(([path, name]) => section({ basePath, path, name, current: c.req.path }))}</nav>
<form action="${basePath}/generations" role="search"><input name="q" type="search" value="${c.req.query("q") ?? ""}"
 placeholder="Id, URL, owner, status:failed  ( / )" aria-label="Search generations"></form>
<span class="operator">${operator.actor}</span>
</header>
<p class="notice" id="notice" role="status" hidden></p>
<main id="main" tabindex="-1"${isLive ? html` data-live` : ""}${isList ? html` data-list` : ""}>
<h1>${heading}</h1>
${body}
</main>
<footer><p class="hint">Press <kbd>?</kbd> to see the keys.</p></footer>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl>${keys.map(([name, effect]) => html`<dt><kbd>${name}</kbd></dt><dd>${effect}</dd>`)}</dl>
<form method="dialog"><button>Close</button></form></dialog>
</body>
</html>`;
}

/** The keys of every page. The script adds those of the actions that its page offers. */
const keys = [
  ["/", "search"],
  ["j, k", "next and previous row"],
  ["Enter", "open the row"],
  ["x", "select the row"],
  ["Esc", "close a form; from a generation, back to the list"],
  ["?", "these keys"],
] as const;

/** Back to the list of generations. The script adds the latest search of this tab, and the key. */
export function backLink({ deps }: PageRequest): Markup {
  return html`<a href="${deps.settings.basePath}/generations" data-back>Back to the list <kbd aria-hidden="true">Esc</kbd></a>`;
}

function section(link: {
  readonly basePath: string;
  readonly path: string;
  readonly name: string;
  readonly current: string;
}) {
  const { basePath, current, name, path } = link;
  const isCurrent = path === "/" ? current === "/" : current.startsWith(path);
  const href = path === "/" ? basePath : `${basePath}${path}`;
  return html`<a href="${href}"${isCurrent ? html` aria-current="page"` : ""}>${name}</a>`;
}
