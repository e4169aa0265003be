import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { msw } from "msw/vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { findHeadlessChromium } from "./scripts/find-chromium.ts";
import { LongestFirst } from "./scripts/longest-first.ts";

const chromium = findHeadlessChromium(process.env);

const conditions = ["@safelight/source", "module", "node", "development|production"];

/** Part of each project. The timeouts catch tests that hang: no test fails because a machine is slow. */
const everywhere = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // Space for new objects, in MiB: the default lets the garbage collector copy more, a twentieth of the CPU time.
  execArgv: ["--max-semi-space-size=64"],
  globalSetup: ["./scripts/check/vitest-temp-folder.ts"],
};

/**
 * Part of the projects without a DOM. Node imports their modules itself and removes the types, which takes a tenth less CPU
 * time than vitest's module runner. So plugins and `import.meta.env` have no effect in these tests, and `vi.mock` throws.
 */
const inNode = {
  ...everywhere,
  environment: "node" as const,
  execArgv: [
    ...everywhere.execArgv,
    "--conditions=@safelight/source",
    `--import=${new URL("packages/server/test/source-imports.ts", import.meta.url).href}`,
  ],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};

const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Times out in a worker that it shares, now and then, at P18. */
const isolatedNodeTests = ["packages/server/src/lib/worker/loop/worker.kill.test.ts"];

/** Their modules hold state of the document, which is another one in each file. */
const isolatedDomTests = [
  "packages/react/src/lib/hot-reload.test.tsx",
  "packages/react/src/lib/notices/use-system-notices.test.tsx",
  "packages/react/src/lib/notices/use-title-badge.test.tsx",
  // The frame loop and the chunk that has it are shared by all tests of a worker.
  "packages/react/src/lib/progress/frame-loop.test.ts",
  "packages/react/src/lib/progress/use-progress*.test.tsx",
  "packages/react/src/lib/late-chunks.test.tsx",
  // Counts the listeners and timers of the whole process.
  "packages/react/src/lib/thousand-mounts.test.tsx",
  // Its live connection does not receive another user after some other files of a worker. The cause is not known.
  "packages/react/blocks/another-user.test.tsx",
];

const domProject = ({ exclude = [], ...options }: NonNullable<TestProjectInlineConfiguration["test"]>) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  plugins: [react()],
  test: { ...everywhere, ...options, environment: "jsdom", exclude: ["**/*.browser.test.tsx", ...exclude] },
});

const browserProject = (executablePath: string) => ({
  plugins: [react(), msw({ mode: "worker-only" })],
  resolve: { conditions: ["@safelight/source", "module", "browser", "development|production"] },
  // Bundles the imports of a page under test before the first test, like those of the tests.
  optimizeDeps: { entries: ["packages/react/test/studio-page.tsx", "packages/client/test/devtools-page.ts"] },
  test: {
    ...everywhere,
    name: "browser",
    include: ["packages/react/{src,blocks}/**/*.browser.test.tsx", "packages/client/src/**/*.browser.test.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      instances: [{ browser: "chromium" as const }],
      provider: playwright({ launchOptions: { executablePath, args: chromiumFlags } }),
    },
  },
});

export default defineConfig({
  test: {
    // One worker per core: the default leaves one core free, which is half of a machine with two.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    coverage: { provider: "v8", include: ["packages/*/src/**"], exclude: ["**/*.test-d.*"] },
    projects: [
      {
        test: {
          ...inNode,
          name: "node",
          // Files share a worker and its modules: a worker and an import of the server cost more than most files.
          isolate: false,
          setupFiles: ["./scripts/check/unchanged-globals.ts"],
          include: [
            "packages/{server,demo-provider}/src/**/*.test.ts",
            "packages/server/testing/**/*.test.ts",
            "fault-tests/**/*.test.ts",
            "scripts/**/*.test.ts",
            "benchmarks/**/*.test.ts",
            "site/{content,demo}/*.test.ts",
          ],
          exclude: [
            "scripts/**/*.packed.test.ts",
            "benchmarks/peers/**",
            "fault-tests/{engines,stores}/**",
            "**/node_modules/**",
            ...isolatedNodeTests,
          ],
        },
      },
      {
        // Some time out in a worker that they share with the server's tests.
        test: {
          ...inNode,
          name: "node-client",
          isolate: false,
          setupFiles: ["./scripts/check/unchanged-globals.ts"],
          include: ["packages/client/src/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts"],
        },
      },
      { test: { ...inNode, name: "node-isolated", include: isolatedNodeTests } },
      domProject({
        name: "dom",
        isolate: false,
        setupFiles: ["./packages/react/test/after-each-test.ts"],
        include: ["packages/react/{src,blocks}/**/*.test.{ts,tsx}"],
        exclude: isolatedDomTests,
      }),
      domProject({ name: "dom-isolated", include: isolatedDomTests }),
      ...(chromium === null ? [] : [browserProject(chromium)]),
      // Tests the tarballs of `scripts/release/pack.ts`: run it after a build.
      { test: { ...everywhere, name: "packed", environment: "node", include: ["scripts/**/*.packed.test.ts"] } },
    ],
  },
});
