import { problems } from "@safelight/client/contract";
import { expect, it } from "vitest";
import { ServiceError } from "./service-error.js";

it("has the HTTP status of its code, and 500 for a code that only the client creates", () => {
  expect(new ServiceError("insufficient_credits").status).toBe(402);
  expect(problems.network.status).toBeNull();
  expect(new ServiceError("network").status).toBe(500);
});
