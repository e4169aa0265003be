import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "./environment.ts";
import { createPages } from "./pages.ts";
import { startDemo } from "./start-demo.ts";

const folder = dirname(import.meta.dirname);
const built = join(folder, "dist");

try {
  await startDemo({
    folder,
    environment: process.env,
    createPages: ({ identifyVisitor, settings: { publicUrl } }) => {
      if (existsSync(join(built, "index.html"))) return createPages({ folder: built, identifyVisitor, publicUrl });
      throw new SettingsError("The page is not built: run `pnpm --filter ./examples/demo build`");
    },
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`Could not start the demo. ${error.message}`);
  process.exit(1);
}
