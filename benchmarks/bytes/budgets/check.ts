import { budgets, cellsOf, columns, exceededSizes } from "./budgets.ts";
import { measurePages } from "./measure-pages.ts";

// Bundles the built packages, compares the sizes with their budgets, and exits with 1 if one is exceeded. Turbopack has to
// install Next, so only `pnpm bench --only bundlers` runs it.
const pages = await measurePages(budgets.filter(({ bundler }) => bundler !== "Turbopack"));
for (const row of [columns, ...pages.map(cellsOf)]) {
  console.log(
    row
      .map((cell) => cell.padEnd(20))
      .join(" ")
      .trimEnd(),
  );
}
const exceeded = pages.flatMap((page) =>
  exceededSizes(page).map((name) => `${page.budget.page} with ${page.budget.bundler}: ${name}`),
);
for (const each of exceeded) console.error(`Over budget: ${each}`);
if (exceeded.length > 0) process.exitCode = 1;
