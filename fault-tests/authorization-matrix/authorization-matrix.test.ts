import { expect, it } from "vitest";
import { type RouteDescription, routeTable } from "../../packages/server/src/lib/http/routes/route-table.js";
import { libsqlFiles } from "../ground/proving-ground.js";
import { proveShort } from "../prove-short.js";
import { authorizationMatrix, checkRoutes } from "./authorization-matrix.js";
import { checkOperatorRoutes } from "./operator-matrix.js";
import { operatorRoutes } from "./operator-routes.js";

proveShort(authorizationMatrix);

it("reports a new route with an unknown path parameter", async () => {
  const tomorrow: RouteDescription = { ...routeTable.status, path: "/albums/:album" };
  const { violations } = await checkRoutes([["album", tomorrow]], libsqlFiles);
  expect(violations).toEqual(["album: unknown path parameter album"]);
});

it("reports a route that its owner cannot use either", async () => {
  const tomorrow: RouteDescription = { ...routeTable.status, path: "/:id/frames" };
  const { violations } = await checkRoutes([["frames", tomorrow]], libsqlFiles);
  expect(violations).toContain("frames refuses the owner");
});

it("reports a route of the operator page without a row", async () => {
  const first = Object.fromEntries(Object.entries(operatorRoutes).slice(0, 1));
  const { violations } = await checkOperatorRoutes(first, libsqlFiles);
  expect(violations).toContain("POST /audit has no row in operator-routes.ts");
});
