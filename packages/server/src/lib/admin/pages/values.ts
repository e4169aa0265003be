import { html } from "hono/html";
import { statusOf } from "../../generation/generation-state.js";
import type { GenerationSummary } from "../../ports/store/operator-counts.js";
import type { Markup, PageRequest } from "./layout.js";
import { none } from "./table.js";

/** An instant in UTC. The script replaces the text with a relative time, and keeps UTC in the tooltip. */
export function time(epochMs: number | null): Markup {
  // A row that a wrong clock wrote may be outside the range of `Date`.
  if (epochMs === null || Math.abs(epochMs) > 8_640_000_000_000_000) return none;
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

export function duration(ms: number | null): Markup {
  if (ms === null || ms < 0) return none;
  const seconds = ms / 1000;
  if (seconds < 60) return html`${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return html`${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return html`${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

export const count = (value: number): string => value.toLocaleString("en-US");

export const textOr = (value: string | null): Markup => (value === null || value === "" ? none : html`${value}`);

/** The public status, and the internal state if it differs. */
export function status({ state, startedAt }: Pick<GenerationSummary, "state" | "startedAt">): Markup {
  const name = statusOf(state, startedAt);
  return html`<span class="status ${name}">${name}</span>${name === state ? "" : html` <small>${state}</small>`}`;
}

/** @param search the query, or the query and its label. Without a query, the label is plain text. */
export function searchLink(
  { deps }: PageRequest,
  search: string | readonly [query: string | null, label: string],
): Markup {
  const [query, label] = typeof search === "string" ? [search, search] : search;
  if (query === null) return html`${label}`;
  return html`<a href="${deps.settings.basePath}/generations?q=${encodeURIComponent(query)}">${label}</a>`;
}

/** A term of a search; `null` for a value that no term can express. A comma would separate two values. */
export function term(name: string, value: string): string | null {
  if (/^[^\s"]\S*$/.test(value) && !value.includes(",")) return `${name}:${value}`;
  return value.includes('"') ? null : `${name}:"${value}"`;
}

export function generationLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/generations/${id}"><code>${id}</code></a>`;
}

export function accountLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/accounts?id=${encodeURIComponent(id)}">${id}</a>`;
}
