import { index, layout, type RouteConfig, route } from "@react-router/dev/routes";

export default [
  route("api/generations/*", "routes/api.generations.$.ts"),
  route("sign-in", "routes/sign-in.tsx"),
  route("sign-out", "routes/sign-out.ts"),
  layout("routes/signed-in.tsx", [
    index("routes/studio.tsx"),
    route("history", "routes/history.tsx"),
    route("posters/:id", "routes/poster.tsx"),
  ]),
] satisfies RouteConfig;
