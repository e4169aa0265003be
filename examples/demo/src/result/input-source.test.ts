import assert from "node:assert/strict";
import { test } from "node:test";
import { maxClipBytes } from "../models/generation-input.ts";
import { inputSourceOf } from "./input-source.ts";

const video = { kind: "video", url: "/clip.mp4", thumbnailUrl: "/poster.png", byteLength: maxClipBytes } as const;
const models = { clip: "reel", image: "demo" } as const;

test("a clip is the input of a model for clips, up to the size that the model accepts", () => {
  assert.deepEqual(inputSourceOf(video, models), { model: "reel", url: "/clip.mp4", isClip: true });
  const large = { ...video, byteLength: maxClipBytes + 1 };
  assert.deepEqual(inputSourceOf(large, models), { model: "demo", url: "/poster.png", isClip: false });
  assert.equal(inputSourceOf({ ...large, thumbnailUrl: null }, models), null);
});

test("without a model for clips, a video is represented by its poster, and audio by nothing", () => {
  const without = { ...models, clip: undefined };
  assert.deepEqual(inputSourceOf(video, without), { model: "demo", url: "/poster.png", isClip: false });
  assert.equal(inputSourceOf({ ...video, kind: "audio" }, without), null);
});

test("an image is the input of a model for images", () => {
  const image = { ...video, kind: "image" } as const;
  assert.deepEqual(inputSourceOf(image, models), { model: "demo", url: "/clip.mp4", isClip: false });
  assert.equal(inputSourceOf(image, { ...models, image: undefined }), null);
});
