import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "./environment.ts";
import { pages } from "./pages.ts";
import { startDemo } from "./start-demo.ts";

const folder = dirname(import.meta.dirname);
const built = join(folder, "dist");

try {
  await startDemo({
    folder,
    environment: process.env,
    pages: (remember, _server, { publicUrl }) => {
      if (existsSync(join(built, "index.html"))) return pages(built, remember, publicUrl);
      throw new SettingsError("there is no page yet: build it with `pnpm --filter ./examples/demo build`");
    },
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`The demo did not start: ${error.message}`);
  process.exit(1);
}
