import assert from "node:assert/strict";
import { it } from "node:test";
import { dataFolder, json, startHost } from "./running-host.ts";

/** Registers a test of the demo provider, which renders in a worker thread of the host's runtime. */
export function drawsASketch(command: readonly string[]): void {
  it("draws an image of the demo provider", async () => {
    const host = await startHost(command, { folder: dataFolder() });
    const submitted = await host.send("ann", "", json({ model: "sketch", input: { prompt: "a lighthouse" } }));
    assert.equal(submitted.status, 202, await submitted.clone().text());
    const { generation } = await submitted.json();
    const { outputs = [] } = await host.finish("ann", generation);
    const image = await host.send(null, outputs[0]?.url ?? "");
    assert.equal(Buffer.from(await image.arrayBuffer()).toString("latin1", 1, 4), "PNG");
  });
}
