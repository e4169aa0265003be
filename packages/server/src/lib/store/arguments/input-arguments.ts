import type { InputRate, RecordInputCommand } from "../../ports/store/input-store.js";
import { erasureArguments } from "./erasure-arguments.js";

/** Named arguments of a recorded file. */
export function inputArguments({ erasures, maxOwnerBytes = null, rate, ...input }: RecordInputCommand) {
  const size = { width: input.width ?? 0, height: input.height ?? 0 };
  return { ...input, ...size, ...rateArguments(rate), maxOwnerBytes, ...erasureArguments(erasures) };
}

/** Named arguments of the rate of uploads. `newer`: uploads that may be newer than the one that the next must wait for. */
export function rateArguments(rate: InputRate | null) {
  return { newer: rate === null ? null : rate.requests - 1, perMs: rate?.perMs ?? 0 };
}
