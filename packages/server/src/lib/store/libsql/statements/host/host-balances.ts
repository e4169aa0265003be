import type { HostStatements } from "../../../arguments/host-statement.js";
import type { HostStep } from "../../executor/executor.js";
import { hostArguments } from "./host-arguments.js";
import { giveBack, take, takeMany } from "./host-placeholders.js";

/** The steps that run in place of the placeholders in the commands, by the text of their placeholder. */
export function hostStepsOf(host: HostStatements): ReadonlyMap<string, HostStep> {
  const takes = { option: "take", statement: host.take };
  return new Map([
    [take, { ...takes, argumentsOf: hostArguments.take }],
    [takeMany, { ...takes, argumentsOf: hostArguments.takeMany }],
    [giveBack, { option: "give", statement: host.give, argumentsOf: hostArguments.give }],
  ]);
}
