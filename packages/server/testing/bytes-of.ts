import type { ProviderOutput } from "../src/lib/ports/provider.js";

/**
 * The bytes of each output.
 *
 * @throws for an output that is a link or a failure.
 */
export function bytesOf(outputs: readonly ProviderOutput[]): readonly Uint8Array[] {
  return outputs.map((output) => {
    if ("bytes" in output) return output.bytes;
    throw new Error(`Expected an output with bytes, got ${JSON.stringify(output)}`);
  });
}
