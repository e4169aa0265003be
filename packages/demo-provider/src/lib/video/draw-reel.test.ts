import { describe, expect, it } from "vitest";
import { drawRecording } from "../audio/draw-recording.js";
import { drawImage } from "../image/draw-image.js";
import { drawReel } from "./draw-reel.js";
import { dissolve, inputFrame } from "./input-frame.js";

const image = { prompt: "a forest by a lake", seed: 7, size: 512, aspectRatio: "16:9" } as const;
const clip = drawReel(image);

/** `toEqual` takes half a second for a clip. */
const areEqual = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

describe("drawReel", () => {
  it("makes an MP4 of three seconds, with the same bytes each time", () => {
    const text = new TextDecoder("latin1").decode(clip);
    expect(text.indexOf("ftyp")).toBe(4);
    expect(text.indexOf("moov")).toBeLessThan(text.indexOf("mdat"));
    const view = new DataView(clip.buffer);
    const header = text.indexOf("mvhd");
    expect([view.getUint32(header + 16), view.getUint32(header + 20)]).toEqual([1_000, 3_100]);
    const entry = text.indexOf("avc1", text.indexOf("stsd"));
    expect([view.getUint16(entry + 28), view.getUint16(entry + 30)]).toEqual([320, 180]);
    expect(areEqual(drawReel(image), clip)).toBe(true);
    expect(areEqual(drawReel({ ...image, seed: 8 }), clip)).toBe(false);
  });
});

describe("a reel with an input image", () => {
  // A thumbhash of a blue image, from the package's own example of a sunset.
  const inputPlaceholder = "1QcSHQRnh493V4dIh4eXh1h4kJUI";

  it("begins with that image, and ends with the image of the prompt", () => {
    const first = inputFrame(inputPlaceholder, 16);
    expect(first.bytes).toHaveLength(16 * 16 * 3);
    expect(new Set(first.bytes).size).toBeGreaterThan(20);
    const other = drawImage({ ...image, size: 16 });
    expect(dissolve(first, { to: other, share: 0 })).toEqual(first);
    expect(dissolve(first, { to: other, share: 1 }).bytes).toEqual(other.bytes);
    expect(areEqual(drawReel({ ...image, inputPlaceholder }), clip)).toBe(false);
  });
});

describe("drawRecording", () => {
  it("makes a WAV of four seconds that is neither silent nor cut, with the same bytes each time", () => {
    const recording = drawRecording(image);
    expect(new TextDecoder().decode(recording.subarray(8, 16))).toBe("WAVEfmt ");
    expect(recording).toHaveLength(44 + 4 * 22_050 * 2);
    const samples = new Int16Array(recording.buffer, 44);
    const loudest = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(3_000);
    expect(samples.filter((sample) => Math.abs(sample) === 32_767).length).toBeLessThan(samples.length / 1_000);
    expect(areEqual(drawRecording(image), recording)).toBe(true);
  });
});
