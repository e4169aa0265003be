import { expect, it } from "vitest";
import { libsqlFiles } from "../ground/proving-ground.js";
import { cellsFor, playCells, unusedAddress } from "./play-cells.js";

it("ends the requests for the lost job of an earlier generation, to which the vendor never responds", async () => {
  const lost = cellsFor([Number.POSITIVE_INFINITY]).filter(
    ({ named, step }) => named.name === "slow headers" && step === "lookup",
  );
  const next = cellsFor([1]).filter(({ named, step }) => named.name === "400" && step === "poll");
  const result = await playCells([...lost, ...next], { refusedAt: await unusedAddress(), ground: libsqlFiles });
  expect(result).toMatchObject({ runs: 2, violations: [] });
});
