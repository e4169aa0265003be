import { describe, expect, it } from "vitest";
import { measureFile } from "../../../../server/src/lib/media/measure-file.js";
import { drawRecording } from "../audio/draw-recording.js";
import { drawReel } from "./draw-reel.js";

const image = { prompt: "a forest by a lake", seed: 7, size: 512, aspectRatio: "16:9" } as const;

describe("drawReel", () => {
  it("makes an MP4 of three seconds, with the same bytes each time", async () => {
    const clip = drawReel(image);
    expect(await measureFile(new Blob([clip]))).toEqual({
      ...{ kind: "video", contentType: "video/mp4", width: 320, height: 180, durationMs: 3_100, hasAudio: false },
    });
    expect(drawReel(image)).toEqual(clip);
    expect(drawReel({ ...image, seed: 8 })).not.toEqual(clip);
  });
});

describe("drawRecording", () => {
  it("makes a WAV of four seconds that is neither silent nor cut, with the same bytes each time", async () => {
    const recording = drawRecording(image);
    expect(await measureFile(new Blob([recording]))).toMatchObject({ contentType: "audio/wav", durationMs: 4_000 });
    const samples = new Int16Array(recording.buffer, 44);
    const loudest = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(3_000);
    expect(samples.filter((sample) => Math.abs(sample) === 32_767).length).toBeLessThan(samples.length / 1_000);
    expect(drawRecording(image)).toEqual(recording);
  });
});
