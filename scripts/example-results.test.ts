import { describe, expect, it } from "vitest";
import { tableWith } from "./example-results.ts";
import { exampleTests, manifestFolderOf } from "./example-tests.ts";
import { readRepositoryFile } from "./repository-files.ts";

const counts = { passed: 3, failed: 0, skipped: 0 };
const product = { name: "product", manifest: "examples/product", packages: ["express"], ranOn: "2026-11-30", counts };

describe("the table of examples in docs/versions.md", () => {
  it("has the last result of every example of `pnpm examples`, and no failure", () => {
    const [, table = ""] = readRepositoryFile("docs/versions.md").split(/<!-- \/?examples -->/);
    const rows = [...table.matchAll(/^\| \[([\w-]+)\]\(.+\) \| .+ \| \d{4}-\d\d-\d\d \| \d+ passed, 0 failed.* \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(exampleTests));
  });

  it("names the versions of the packages that ran: those of the host, if a host tests the example", () => {
    expect(manifestFolderOf("product")).toBe("examples/product");
    expect(manifestFolderOf("workers")).toBe("examples/hosts/cloudflare");
  });

  it("replaces the row of an example that runs again, and keeps those of the others", () => {
    const once = tableWith(tableWith("", product), {
      ...product,
      name: "nextjs",
      manifest: "examples/nextjs",
      packages: ["next"],
    });
    const again = tableWith(once, { ...product, counts: { ...counts, skipped: 1 } });
    expect(again.split("\n").slice(2)).toEqual([
      expect.stringMatching(/^\| \[nextjs\]\(.+\) \| next [\d.]+ \| 2026-11-30 \| 3 passed, 0 failed \|$/),
      expect.stringMatching(
        /^\| \[product\]\(.+\) \| express [\d.]+ \| 2026-11-30 \| 3 passed, 0 failed, 1 skipped \|$/,
      ),
    ]);
  });
});
