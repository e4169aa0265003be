import { observeLeadership, type SharedConnection } from "../leadership.js";
import { element } from "./element.js";
import { eventsTab } from "./events-tab.js";
import { nowTab } from "./now-tab.js";
import type { PanelContext, PanelOptions, PanelTab } from "./panel-context.js";
import { panelStyle } from "./panel-style.js";
import { requestsTab } from "./requests-tab.js";
import { simulateTab } from "./simulate-tab.js";

/** The locks are read at this interval while the panel is shown, because browsers emit no event when a lock moves. */
const readIntervalMs = 1_000;

/** Shows the panel in the shadow root of an element. @returns a function that removes it. */
export function mountPanel(host: HTMLElement, options: PanelOptions): () => void {
  let connections: readonly SharedConnection[] = [];
  let isUpdateDue = false;
  let isMounted = true;
  const refresh = () => {
    if (isUpdateDue) return;
    isUpdateDue = true;
    queueMicrotask(() => {
      isUpdateDue = false;
      if (isMounted) tabs.find(({ name }) => name === shown)?.update();
    });
  };
  const readLocks = () =>
    void leadership.read().then((read) => {
      connections = read;
      refresh();
    });
  const leadership = observeLeadership(readLocks);
  const yieldLead = () => void leadership.yieldLead().then(readLocks);
  const context: PanelContext = { ...options, connections: () => connections, yieldLead, refresh };
  const tabs: readonly PanelTab[] = [nowTab(context), eventsTab(context), requestsTab(context), simulateTab(context)];
  let shown = tabs[0]?.name;

  const panel = createPanel(tabs, (name) => {
    shown = name;
    refresh();
  });
  // An element can have only one shadow root: reuse that of an earlier mount.
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(panelStyle);
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(panel);

  const timer = setInterval(readLocks, readIntervalMs);
  const stops = [
    options.log.subscribe(refresh),
    options.simulator.subscribe(refresh),
    options.queryClient?.getQueryCache().subscribe(refresh) ?? (() => {}),
    () => clearInterval(timer),
    () => leadership.close(),
    () => panel.remove(),
  ];
  readLocks();
  refresh();
  return () => {
    isMounted = false;
    for (const stop of stops) stop();
  };
}

/** The list of tabs, whose arrow keys select one, and the content of the selected tab. */
function createPanel(tabs: readonly PanelTab[], onShow: (name: string) => void): HTMLElement {
  const area = element("div", { attributes: { role: "tabpanel", id: "panel", tabindex: "0" } });
  const buttons = tabs.map(({ name }) =>
    element(
      "button",
      {
        attributes: { role: "tab", type: "button", id: `tab-${name}`, "aria-controls": "panel" },
        onClick: () => show(name),
      },
      name,
    ),
  );
  const list = element("div", { attributes: { role: "tablist", "aria-label": "Safelight" } }, ...buttons);
  const show = (name: string) => {
    for (const [index, button] of buttons.entries()) {
      const isShown = tabs[index]?.name === name;
      button.setAttribute("aria-selected", String(isShown));
      button.tabIndex = isShown ? 0 : -1;
    }
    area.setAttribute("aria-labelledby", `tab-${name}`);
    area.replaceChildren(...tabs.filter((tab) => tab.name === name).map(({ content }) => content));
    onShow(name);
  };
  list.addEventListener("keydown", ({ key }) => {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    const index = buttons.findIndex((button) => button.getAttribute("aria-selected") === "true");
    const next = (index + step + tabs.length) % tabs.length;
    if (step === 0) return;
    show(tabs[next]?.name ?? "");
    buttons[next]?.focus();
  });
  show(tabs[0]?.name ?? "");
  return element("div", { attributes: { class: "panel" } }, list, area);
}
