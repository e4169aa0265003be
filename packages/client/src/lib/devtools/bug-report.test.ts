import { expect, it } from "vitest";
import { bugReport } from "./bug-report.js";
import { createTrafficLog } from "./traffic-log.js";

it("reports requests without the values that a host sets, and with shortened keys", () => {
  const log = createTrafficLog(() => 0);
  const path = "/api/generations/active?after=4&owner=tag&scope=secret-project";
  for (const finish of [log.begin({ method: "GET", path, idempotencyKey: null })]) finish({ status: 200 });
  for (const _ of [1, 2]) log.begin({ method: "POST", path: "/api/generations", idempotencyKey: "0123456789abcdef" });
  const { requests } = log;
  const report = bugReport({
    at: "2026-01-01T00:00:00.000Z",
    userAgent: "test",
    connections: [],
    requests,
    events: [],
  });
  expect(report).not.toMatch(/secret-project|tag|89abcdef/);
  expect(JSON.parse(report).requests).toMatchObject([
    { path: "/api/generations/active?after=4&owner=…&scope=…", status: 200, key: null },
    { key: "01234567", repeats: 0 },
    { key: "01234567", repeats: 1 },
  ]);
});
