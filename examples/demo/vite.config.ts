import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Small pictures would become data: URLs, and fonts must not: the page's policy allows its own origin only.
  build: { assetsInlineLimit: 0, target: "es2022" },
});
