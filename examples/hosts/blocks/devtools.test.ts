import assert from "node:assert/strict";
import { describe, test } from "node:test";
import axe from "axe-core";
import { drive, scenes } from "./open-scene.ts";

const open = scenes();

describe("devtools", () => {
  test("the panel shows the cached generations and the balance of the hooks", async () => {
    const page = await open({ scene: "devtools" });
    await page.getByText("live, 120 credits").waitFor();
    const panel = page.getByTestId("panel");
    await panel.getByText("This page leads").waitFor();
    await drive(page, ({ mock }) => mock.progress(mock.queue("photo", { prompt: "a lamp" }).id, 0.4), null);
    await panel.getByText("1 active · 0 unseen · 116 credits · no pending submission").waitFor();
    await panel.getByRole("cell", { name: "40 % (provider)" }).waitFor();
  });

  test("the plugin renders in TanStack Devtools", async () => {
    const page = await open({ scene: "devtools", viewport: { width: 1_280, height: 900 } });
    await page.getByRole("tablist", { name: "Safelight" }).nth(1).waitFor();
    await page.getByRole("tab", { name: "Requests" }).nth(1).click();
    await page.getByRole("cell", { name: "GET /api/generations/active" }).first().waitFor();
  });

  for (const theme of ["light", "dark"] as const) {
    test(`the arrow keys move between the tabs, and axe finds no violation in the ${theme} theme`, async () => {
      const page = await open({ scene: "devtools", theme });
      const panel = page.getByTestId("panel");
      await panel.getByText("This page leads").waitFor();
      await panel.getByRole("tab", { name: "Now" }).focus();
      for (const name of ["Events", "Requests", "Simulate"]) {
        await page.keyboard.press("ArrowRight");
        await panel.getByRole("tab", { name, selected: true }).waitFor();
        await page.evaluate(axe.source);
        const violations = await page.evaluate(async () => {
          const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
          const found = await run("[data-testid=panel]", { resultTypes: ["violations"] });
          return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
        });
        assert.deepEqual(violations, [], name);
      }
    });
  }
});
