import axe from "axe-core";
import type { Page } from "playwright";

/**
 * Runs axe in a page.
 *
 * @param rules ids of the rules. @default all
 * @returns each violation with its elements.
 */
export async function violationsOf(page: Page, rules: readonly string[] | null = null): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    // The script above defines it.
    const { run } = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
    const { violations } = await run(document, {
      resultTypes: ["violations"],
      ...(values === null ? {} : { runOnly: { type: "rule", values: [...values] } }),
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  }, rules);
}
