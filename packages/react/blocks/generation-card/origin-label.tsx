"use client";

import type { Output } from "@safelight/client/contract";
import { originOf } from "../generation-text/origin-of";

/** URLs of icons, such as those that the European Commission publishes. */
export interface OriginIcons {
  /** AI made the output alone. */
  readonly generated: string;
  /** AI changed what the user uploaded. */
  readonly modified: string;
}

export interface OriginLabelProps {
  readonly icons: OriginIcons | undefined;
  readonly output: Output;
}

/** The label of a generated output, in a corner of its parent. The icon is decorative: the text names the origin. */
export function OriginLabel({ icons, output }: OriginLabelProps) {
  const icon = icons && iconOf(output, icons);
  return (
    <span className="pointer-events-none absolute start-2 top-2 z-20 flex items-center gap-1 rounded-full bg-black/70 px-2 py-0.5 text-xs font-medium text-white">
      {icon && <img alt="" className="h-4 w-auto" src={icon} />}
      {originOf(output)}
    </span>
  );
}

/** `null` without provenance, or for an algorithm without training: neither icon applies. */
function iconOf({ provenance }: Output, { generated, modified }: OriginIcons): string | null {
  switch (provenance?.digitalSourceType) {
    case "trainedAlgorithmicMedia":
      return generated;
    case "compositeWithTrainedAlgorithmicMedia":
      return modified;
    default:
      return null;
  }
}
