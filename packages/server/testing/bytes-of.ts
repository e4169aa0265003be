import type { ProviderOutput } from "../src/lib/ports/provider.js";

/** The bytes of outputs that came with their bytes; a test that meets another output has failed. */
export function bytesOf(outputs: readonly ProviderOutput[]): readonly Uint8Array[] {
  return outputs.map((output) => {
    if ("bytes" in output) return output.bytes;
    throw new Error(`An output came without its bytes: ${JSON.stringify(output)}`);
  });
}
