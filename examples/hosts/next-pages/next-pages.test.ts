import { smokeHost } from "./smoke.ts";

smokeHost("Next, Pages Router", {
  start: async () => ({
    command: ["node_modules/.bin/next", "start", "-H", "127.0.0.1"],
    cwd: import.meta.dirname,
    env: { NODE_ENV: "production", NEXT_MANUAL_SIG_HANDLE: "true", NEXT_TELEMETRY_DISABLED: "1" },
    needsPort: true,
    ready: /http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
  }),
  packages: ["next", "node"],
});
