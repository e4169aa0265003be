import { expect, test } from "vitest";
import { activeOwners, planFill, submitterNames } from "./fill-plan.ts";

const ordinaryNames = (count: number) =>
  Array.from({ length: count }, (_, number) => `owner-${String(number).padStart(7, "0")}`);

test.each([
  [1_000, 31],
  [100_000, 3_991],
  [1_000_000, 44_990],
])("plans %i generations for %i ordinary owners, some of them with active ones", (generations, owners) => {
  const plan = planFill(generations);
  expect(plan.ordinaryOwners).toBe(owners);
  expect(plan.heavyGenerations + plan.ordinaryGenerations).toBe(plan.copies);
  const active = activeOwners(plan);
  expect(new Set(active).size).toBe(active.length);
  const ordinary = new Set(ordinaryNames(owners));
  expect(active.filter((name) => !ordinary.has(name))).toEqual([]);
});

test.each([1_000, 1_000_000])("separates submitters from owners that are read, at %i generations", (generations) => {
  const plan = planFill(generations);
  const submitters = new Set(submitterNames(plan));
  expect(submitters.size).toBe(plan.submitters);
  expect(ordinaryNames(plan.ordinaryOwners).filter((name) => submitters.has(name))).toEqual([]);
});

test("spreads the submitters over all ordinary owners", () => {
  const plan = planFill(1_000_000);
  const names = submitterNames(plan);
  expect(names[0]).toBe("owner-0000000-submits-000");
  expect(names[plan.submitters / 2]).toBe("owner-0022495-submits-250");
  expect(names.toSorted()).toEqual(names);
});
