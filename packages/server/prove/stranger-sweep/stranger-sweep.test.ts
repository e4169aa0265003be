import { expect, it } from "vitest";
import { type RouteDescription, routeTable } from "../../src/lib/http/routes/route-table.js";
import { proveShort } from "../prove-short.js";
import { strangerSweep, sweep } from "./stranger-sweep.js";

proveShort(strangerSweep);

it("misses no route that is written tomorrow", async () => {
  const tomorrow: RouteDescription = { ...routeTable.status, path: "/albums/:album" };
  const { violations } = await sweep([["album", tomorrow]]);
  expect(violations).toEqual(["album: nobody fills in album"]);
});

it("sees a route that its owner cannot use either", async () => {
  const tomorrow: RouteDescription = { ...routeTable.status, path: "/:id/frames" };
  const { violations } = await sweep([["frames", tomorrow]]);
  expect(violations).toContain("frames is closed to the owner herself");
});
