import { html } from "hono/html";
import { statusOf } from "../../generation/generation-state.js";
import type { GenerationSummary } from "../../ports/store/operator-counts.js";
import type { Markup, PageRequest } from "./layout.js";

/**
 * An instant in UTC. The script replaces the text with a relative time, and keeps UTC in the tooltip. `null` for none, and outside
 * of the range of `Date`: a wrong clock may have written the row.
 */
export function time(epochMs: number | null): Markup | null {
  if (epochMs === null || Math.abs(epochMs) > 8_640_000_000_000_000) return null;
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** `null` for none, and for a negative one: the clocks of two processes may differ. */
export function duration(ms: number | null): string | null {
  if (ms === null || ms < 0) return null;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

export const count = (value: number): string => value.toLocaleString("en-US");

/** The public status, and the internal state if it differs. */
export function status({ state, startedAt }: Pick<GenerationSummary, "state" | "startedAt">): Markup {
  const name = statusOf(state, startedAt);
  return html`<span class="status ${name}">${name}</span>${name === state ? "" : html` <small>${state}</small>`}`;
}

/** @param search.query `null`: the label is plain text. */
export function searchLink(
  { deps }: PageRequest,
  { label, query }: { readonly query: string | null; readonly label: string },
): Markup {
  if (query === null) return html`${label}`;
  return html`<a href="${deps.settings.basePath}/generations?q=${encodeURIComponent(query)}">${label}</a>`;
}

/** A term of a search; `null` for a value that no term can express. */
export function term(name: string, value: string): string | null {
  if (value.includes('"')) return null;
  return /^[^\s,]+$/.test(value) ? `${name}:${value}` : `${name}:"${value}"`;
}

/** The owner's id, with a link to the owner's generations. */
export function ownerLink(request: PageRequest, ownerId: string): Markup {
  return searchLink(request, { query: term("owner", ownerId), label: ownerId });
}

/** The model's name, with a link to its generations. */
export function modelLink(request: PageRequest, model: string): Markup {
  return searchLink(request, { query: term("model", model), label: model });
}

export function generationLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/generations/${id}"><code>${id}</code></a>`;
}

export function accountLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/accounts?id=${encodeURIComponent(id)}">${id}</a>`;
}
