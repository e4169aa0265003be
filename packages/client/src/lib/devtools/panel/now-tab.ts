import type { Generation } from "../../contract/generation.js";
import { readCachedState } from "../cached-state.js";
import type { SharedConnection } from "../leadership.js";
import { shortId } from "../record-stream.js";
import { element, table } from "./element.js";
import type { PanelContext, PanelTab } from "./panel-context.js";

/** Which page leads each connection, and the cached generations, balances and pending submissions. */
export function nowTab({ connections, queryClient, log }: PanelContext): PanelTab {
  const content = element("div");
  const update = () => {
    const caches = readCachedState(queryClient).map((state) =>
      element(
        "section",
        {},
        element("h3", {}, state.cacheKey),
        element(
          "p",
          {},
          [
            `${state.active.length} active`,
            `${state.unseen.length} unseen`,
            state.balance === null ? "no balance" : `${state.balance} credits`,
            state.pendingKeys.length === 0 ? "no pending submission" : `pending: ${state.pendingKeys.join(", ")}`,
          ].join(" · "),
        ),
        table(["id", "model", "status", "progress", "expected"], [...state.active, ...state.unseen].map(toCells)),
      ),
    );
    const last = log.events.at(-1);
    const seconds = last === undefined ? null : Math.round((Date.now() - last.at) / 1_000);
    content.replaceChildren(
      ...connections().map(toBadge),
      element("p", {}, seconds === null ? "No event on this page yet." : `Last event on this page: ${seconds} s ago.`),
      ...(queryClient === undefined ? [element("p", {}, "Pass `queryClient` to see the cached generations.")] : caches),
    );
    if (connections().length === 0) content.prepend(element("p", {}, "No page of this browser follows events."));
  };
  return { name: "Now", content, update };
}

function toBadge({ name, isLeader, followers, takeOvers, state }: SharedConnection): HTMLElement {
  const role = isLeader ? "leader" : "follower";
  return element(
    "p",
    { attributes: { "data-role": role } },
    element("strong", {}, isLeader ? "This page leads" : "Another page leads"),
    ` · ${followers} waiting · ${takeOvers} take-overs · ${state ?? "no state yet"} · `,
    element("code", {}, name),
  );
}

function toCells({ id, model, status, progress, expectedAt }: Generation): readonly string[] {
  const percent = progress.value === null ? "" : `${Math.round(progress.value * 100)} % (${progress.source})`;
  return [shortId(id), model, status, percent, expectedAt?.slice(11, 19) ?? ""];
}
