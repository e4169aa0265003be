import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Never inlines assets: the content policy does not allow fonts from data: URLs.
  build: { assetsInlineLimit: 0, target: "es2022" },
});
