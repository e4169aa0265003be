import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ForeignCommits } from "./foreign-commits.js";

describe("ForeignCommits", () => {
  it("hears of a commit that the disk takes longer for than for the last write", async () => {
    const folder = await mkdtemp(join(tmpdir(), "safelight-foreign-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    // Disable the backstop interval, so that only the folder watcher can trigger a check.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const path = join(folder, "test.db");
    let looks = 0;
    // The first check runs at the start. The second follows right after the write, which is too early.
    const commits = new ForeignCommits(path, () => (++looks > 2 ? 2 : 1));
    const heard = new Promise<void>((resolve) => {
      onTestFinished(commits.listen(resolve));
    });
    await appendFile(`${path}-wal`, "a page");
    await heard;
    expect(looks).toBeGreaterThan(2);
  });
});
