import { fileURLToPath } from "node:url";
import type { Budget, MeasuredPage } from "./budgets.ts";
import { bundleWithRollup } from "./bundle-with-rollup.ts";
import { bundleWithTurbopack } from "./bundle-with-turbopack.ts";
import { bundleWithVite } from "./bundle-with-vite.ts";
import type { PageSize } from "./page-size.ts";

/** Bundles the page of each budget. */
export async function measurePages(budgets: readonly Budget[]): Promise<readonly MeasuredPage[]> {
  const turbopack = budgets.filter(({ bundler }) => bundler === "Turbopack");
  // One installation for all of its pages.
  const sizes = turbopack.length > 0 ? await bundleWithTurbopack(turbopack.map(({ page }) => pathOf(page))) : [];
  const measured: MeasuredPage[] = [];
  for (const budget of budgets) {
    const size = sizes[turbopack.indexOf(budget)] ?? (await bundle(budget));
    measured.push({ budget, size });
  }
  return measured;
}

function bundle({ bundler, page }: Budget): Promise<PageSize> {
  return bundler === "Vite" ? bundleWithVite(pathOf(page)) : bundleWithRollup(pathOf(page));
}

function pathOf(page: string): string {
  return fileURLToPath(new URL(`pages/${page}.js`, import.meta.url));
}
