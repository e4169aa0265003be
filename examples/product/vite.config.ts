import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** In development, `npm run dev` serves the page, and passes all else on to the server of `npm run try`. */
const server = "http://localhost:3000";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": server, "/admin": server } },
});
