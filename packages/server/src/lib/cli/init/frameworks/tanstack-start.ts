import { type Framework, startsWorker } from "../framework.js";

const route = `import { createFileRoute } from "@tanstack/react-router";
import { safelight } from "../../../safelight";

const handle = ({ request }: { request: Request }) => safelight.handler(request);

export const Route = createFileRoute("/api/generations/$")({
  server: { handlers: { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle, HEAD: handle } },
});
`;

const serverEntry = [
  'import handler, { createServerEntry } from "@tanstack/react-start/server-entry";',
  'import { safelight } from "./safelight";',
  "",
  startsWorker.trimEnd(),
  "",
  "export default createServerEntry({ fetch: (request) => handler.fetch(request) });",
  "",
].join("\n");

/** TanStack Start. */
export const tanstackStart: Framework = {
  title: "TanStack Start",
  detect: ({ dependencies }) => "@tanstack/react-start" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: true,
  hooksFolder: () => "src",
  module: () => ({ path: "src/safelight.ts", secret: "process.env.SAFELIGHT_SECRET" }),
  plan({ has, read }, { hasAdmin }) {
    const hasEntry = has("src/server.ts") && !read("src/server.ts")?.includes("safelight");
    return {
      files: [
        { path: "src/routes/api/generations/$.ts", text: route },
        ...(hasEntry ? [] : [{ path: "src/server.ts", text: serverEntry }]),
        ...(hasAdmin ? [{ path: "src/routes/admin/safelight/$.ts", text: adminRoute }] : []),
      ],
      pastes: hasEntry
        ? [{ into: "src/server.ts", text: `import { safelight } from "./safelight";\n\n${startsWorker}` }]
        : [],
      next: ["npm run dev"],
    };
  },
};

const adminRoute = `import { createFileRoute } from "@tanstack/react-router";
import { admin } from "../../../admin";

const handle = ({ request }: { request: Request }) => admin.handler(request);

export const Route = createFileRoute("/admin/safelight/$")({
  server: { handlers: { GET: handle, POST: handle } },
});
`;
