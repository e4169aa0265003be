import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { smokeFreshApp, template } from "./fresh-app.ts";

// Replaces the layout of the template, which downloads fonts.
const layout = `export default function RootLayout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;

smokeFreshApp({
  title: "Next, App Router",
  framework: "next",
  create: `${template("create-next-app")} app --yes --skip-install --no-eslint`,
  module: "lib/safelight.ts",
  paste: (app) => writeFileSync(join(app, "app/layout.tsx"), layout),
  build: "node --run build",
  start: {
    command: ["node_modules/.bin/next", "start", "-H", "127.0.0.1"],
    env: { NEXT_MANUAL_SIG_HANDLE: "true" },
    ready: /http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
  },
  packages: ["next"],
});
