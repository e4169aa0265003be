import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwind()],
  // The blocks are imported from their source: in your project, `shadcn add` puts them into `src/components/safelight`.
  resolve: { dedupe: ["@safelight/client", "@safelight/react", "@tanstack/react-query", "react", "react-dom"] },
  // Never inlines assets: the content policy allows `data:` URLs for images only.
  build: { assetsInlineLimit: 0, target: "es2022" },
});
