import { type Framework, startsWorker } from "../framework.js";

// A route may use a module of the server in its exports `loader` and `action` alone. The server imports its routes when
// it starts, and the build does not run them.
const mount = `import { safelight } from "./safelight.server";

${startsWorker}
export const handle = ({ request }: { request: Request }) => safelight.handler(request);
`;

const route = `import { handle } from "../generations.server";

export const loader = handle;
export const action = handle;
`;

const adminRoute = `import { admin } from "../admin.server";

const handle = ({ request }: { request: Request }) => admin.handler(request);

export const loader = handle;
export const action = handle;
`;

/** React Router in framework mode. */
export const reactRouter: Framework = {
  title: "React Router",
  detect: ({ dependencies }) => "@react-router/dev" in dependencies,
  packages: [],
  variables: ".env",
  hasReact: true,
  hooksFolder: () => "app",
  module: () => ({ path: "app/safelight.server.ts", secret: "process.env.SAFELIGHT_SECRET" }),
  plan({ read }, { hasAdmin }) {
    // Routes by file name need no entry.
    const isListed = read("app/routes.ts")?.includes("flatRoutes") ?? false;
    const routes = [
      '  route("api/generations/*", "routes/api.generations.$.ts"),\n',
      ...(hasAdmin ? ['  route("admin/safelight/*", "routes/admin.safelight.$.ts"),\n'] : []),
    ];
    return {
      files: [
        { path: "app/generations.server.ts", text: mount },
        { path: "app/routes/api.generations.$.ts", text: route },
        ...(hasAdmin ? [{ path: "app/routes/admin.safelight.$.ts", text: adminRoute }] : []),
      ],
      pastes: isListed
        ? []
        : [{ into: 'app/routes.ts, in the list, with `route` of "@react-router/dev/routes"', text: routes.join("") }],
      next: ["npm run dev"],
    };
  },
};
