/** Attributes by name, and a listener. */
export interface ElementOptions {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

/** Creates an element with children. Texts are never parsed as HTML. */
// biome-ignore lint/complexity/useMaxParams: reads like the tree that it creates
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { attributes = {}, onClick }: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) created.setAttribute(attribute, value);
  if (onClick !== undefined) created.addEventListener("click", onClick);
  created.append(...children);
  return created;
}

/** A table of texts with a heading for each column. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const head = element("tr", {}, ...headings.map((text) => element("th", { attributes: { scope: "col" } }, text)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((text) => element("td", {}, text))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** Time of day in UTC, with milliseconds. @param at epoch milliseconds */
export function timeText(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
