import type { Framework } from "../framework.js";
import { starterFiles } from "../starter-files.js";
import { adminPaste, express } from "./express.js";

/** Express, which also serves a page of React, with sign-in, credits and a history. */
export const expressStarter: Framework = {
  ...express,
  packages: [...express.packages, "express", "react", "react-dom"],
  devPackages: [
    ...["@tailwindcss/vite", "@types/express", "@types/react", "@types/react-dom", "@vitejs/plugin-react"],
    ...["tailwindcss", "typescript", "vite"],
  ],
  hasReact: true,
  hooksFolder: () => "src",
  module: () => ({ path: "server/safelight.ts", secret: "process.env.SAFELIGHT_SECRET" }),
  plan: ({ has, manifest }, { hasAdmin }) => ({
    files: [
      ...(has("package.json") ? [] : [{ path: "package.json", text: '{\n  "private": true\n}\n' }]),
      ...starterFiles([
        { from: "express", to: "" },
        { from: "session.ts", to: "server/session.ts" },
        { from: "page", to: "src/" },
      ]),
    ],
    pastes: [
      // `npm init` writes it.
      ...(manifest.type === "commonjs"
        ? [{ into: "package.json, in place of its type", text: '"type": "module",\n' }]
        : []),
      ...(hasAdmin ? [adminPaste("server/server.ts", { module: "./safelight", extension: ".ts" })] : []),
    ],
    next: ["npm run dev", "open http://localhost:3000"],
    manifest: {
      type: "module",
      // A host of containers sets the variables, and has no file.
      "scripts.dev": "node --watch --env-file-if-exists=.env server/server.ts",
      "scripts.build": "tsc && vite build",
      "scripts.start": "NODE_ENV=production exec node --env-file-if-exists=.env server/server.ts",
    },
    ignored: ["node_modules", "dist"],
  }),
};
