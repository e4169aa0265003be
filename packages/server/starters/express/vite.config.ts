import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // By default Vite serves every file of this folder: the database, the stored images, and the code of the server, too.
  server: { fs: { allow: ["index.html", "src", "node_modules"] } },
});
