import { describe, expect, it } from "vitest";
import { withoutPacked } from "./host-lock.ts";

const lock = `lockfileVersion: '9.0'

overrides:
  '@safelight/server': file:/tmp/safelight-server.tgz

importers:

  .:
    dependencies:
      '@safelight/server':
        specifier: file:/tmp/safelight-server.tgz
        version: file:../safelight-server.tgz(hono@4.13.19)
      hono:
        specifier: 4.13.19
        version: 4.13.19

packages:

  '@safelight/server@file:../safelight-server.tgz':
    resolution: {integrity: sha512-1, tarball: file:../safelight-server.tgz}

  hono@4.13.19:
    resolution: {integrity: sha512-2}

  thumbhash@0.1.1:
    resolution: {integrity: sha512-3}

snapshots:

  '@safelight/server@file:../safelight-server.tgz(hono@4.13.19)':
    dependencies:
      hono: 4.13.19
      thumbhash: 0.1.1

  hono@4.13.19: {}

  thumbhash@0.1.1: {}
`;

describe("withoutPacked", () => {
  it("removes the packed packages, and keeps the packages that only they use", () => {
    const kept = withoutPacked(lock);
    expect(kept).not.toMatch(/safelight|overrides/);
    expect(kept).toContain("  thumbhash@0.1.1:\n    resolution: {integrity: sha512-3}\n");
    expect(kept).toContain("      hono:\n        specifier: 4.13.19\n");
    expect(kept).toContain("snapshots:\n\n  hono@4.13.19: {}\n");
  });

  it("leaves a valid file of a host that installs only packed packages", () => {
    const kept = withoutPacked(lock.replace("      hono:\n        specifier: 4.13.19\n        version: 4.13.19\n", ""));
    expect(kept).toContain("importers:\n\n  .: {}\n\npackages:\n");
  });

  it("leaves its own result as it is", () => {
    const once = withoutPacked(lock);
    expect(withoutPacked(once)).toBe(once);
  });
});
