import type { Benchmark, Findings, Size } from "../frame/benchmark.ts";
import { budgets, cellsOf, columns, exceededSizes } from "./budgets/budgets.ts";
import { measurePages } from "./budgets/measure-pages.ts";

/** Bytes of Safelight alone, as the bundlers of hosts build it. */
export const bundlers: Benchmark = {
  name: "bundlers",
  title: "Bytes by bundler",
  method:
    "Safelight's own code in pages that import `useActiveGeneration`, also `useGenerate`, or `createSafelightHooks`, without " +
    "React and TanStack Query. Rollup with terser and Vite 8 leave both out. Turbopack, in the version of Next of " +
    "`examples/nextjs`, cannot: the figure is the difference between two applications, one of them without Safelight. " +
    "First load is the entry and its static imports; in all is every file; in one file has no lazy parts. Each file is " +
    "compressed by gzip at level 9. One round, since the sizes do not vary. The budgets are in " +
    "`benchmarks/bytes/budgets/budgets.ts`; `pnpm size` checks them with Rollup and Vite.",
  run: async (size: Size): Promise<Findings> => {
    const pages = await measurePages(size === "short" ? budgets.filter(isCheap) : budgets);
    const exceeded = pages.flatMap((page) =>
      exceededSizes(page).map((name) => `${page.budget.page} with ${page.budget.bundler}, ${name}`),
    );
    return {
      columns,
      rows: pages.map(cellsOf),
      verdicts: [
        {
          what: "Bytes of a page's code with Rollup, Vite and Turbopack",
          target: "within the budgets",
          measured: exceeded.length > 0 ? `over: ${exceeded.join("; ")}` : `${pages.length} pages within`,
          isMet: exceeded.length === 0,
        },
      ],
    };
  },
};

/** A short run does not install Next. */
function isCheap({ bundler }: { readonly bundler: string }): boolean {
  return bundler !== "Turbopack";
}
