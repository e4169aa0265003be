import type { Page } from "playwright";

/** Pixels by which the page is wider than the window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Labels of the tables that are wider than the page. */
export async function wideTablesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".scroll")]
      .filter((box) => box.scrollWidth > box.clientWidth)
      .map((box) => box.getAttribute("aria-label") ?? ""),
  );
}

/** Cards whose label runs out of its place, onto the value or the next cell. */
export async function coveringLabelsOf(page: Page): Promise<readonly (string | undefined)[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("td")].flatMap((cell) => {
      const { height, whiteSpace } = getComputedStyle(cell, "::before");
      const isCovering = whiteSpace === "nowrap" || Number.parseFloat(height) > cell.clientHeight;
      return cell.checkVisibility() && isCovering ? [cell.dataset.label] : [];
    }),
  );
}
