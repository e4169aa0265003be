import { type Simulation, submitFaults } from "../simulations.js";
import { element } from "./element.js";
import type { PanelContext, PanelTab } from "./panel-context.js";

/** Controls of the simulated faults, which apply to this page only. */
export function simulateTab(context: PanelContext): PanelTab {
  const { simulator, page, yieldLead } = context;
  const toggles = [
    toggle("Offline", "isOffline"),
    toggle("Swallow the stream: the client falls back to long polls", "swallowsStream"),
    toggle("Signed out", "isSignedOut"),
  ];
  const freeze = checkbox("Freeze the timers of this page", () => (page.isFrozen ? page.resume() : page.freeze()));
  const delay = element("input", { attributes: { type: "number", min: "0", step: "100", value: "0" } });
  delay.addEventListener("input", () => simulator.change({ delayMs: Math.max(0, delay.valueAsNumber || 0) }));
  const submit = element(
    "select",
    {},
    ...["as the server responds", ...submitFaults].map((text) => element("option", {}, text)),
  );
  submit.addEventListener("change", () =>
    simulator.change({ nextSubmit: submitFaults.find((fault) => fault === submit.value) ?? null }),
  );
  const press = (text: string, onClick: () => void) =>
    element("button", { attributes: { type: "button" }, onClick }, text);
  const content = element(
    "div",
    { attributes: { class: "controls" } },
    ...toggles.map(({ label }) => label),
    freeze.label,
    element("label", {}, "Slow: milliseconds before each request ", delay),
    element("label", {}, "The next submit fails with ", submit),
    element(
      "div",
      { attributes: { class: "bar" } },
      press("Cut the stream", () => simulator.cutStreams()),
      press("Make another page lead", yieldLead),
    ),
  );
  const update = () => {
    for (const { input, name } of toggles) input.checked = simulator.simulation[name];
    freeze.input.checked = page.isFrozen;
    submit.value = simulator.simulation.nextSubmit ?? "as the server responds";
  };
  return { name: "Simulate", content, update };

  function toggle(text: string, name: "isOffline" | "swallowsStream" | "isSignedOut") {
    const change = (isOn: boolean): Partial<Simulation> => ({ [name]: isOn });
    return { ...checkbox(text, (isOn) => simulator.change(change(isOn))), name };
  }
}

function checkbox(text: string, onChange: (isOn: boolean) => void) {
  const input = element("input", { attributes: { type: "checkbox" } });
  input.addEventListener("change", () => onChange(input.checked));
  return { input, label: element("label", {}, input, ` ${text}`) };
}
