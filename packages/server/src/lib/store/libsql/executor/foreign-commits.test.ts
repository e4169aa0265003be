import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { ForeignCommits } from "./foreign-commits.js";

describe("ForeignCommits", () => {
  it("notifies of a commit that reaches the disk later than the last folder event", async () => {
    const folder = await tempFolder("foreign");
    // Disable the backstop interval, so that only the folder watcher can trigger a check.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const path = join(folder, "test.db");
    let checks = 0;
    // The first check runs at the start. The second follows right after the write, which is too early.
    const commits = new ForeignCommits(path, () => (++checks > 2 ? 2 : 1));
    const notified = new Promise<void>((resolve) => {
      onTestFinished(commits.listen(resolve));
    });
    await appendFile(`${path}-wal`, "a page");
    await notified;
    expect(checks).toBeGreaterThan(2);
  });
});
