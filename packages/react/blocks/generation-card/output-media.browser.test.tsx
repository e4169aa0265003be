import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { completed, makeGeneration } from "../../test/generations.js";
import { OutputMedia } from "./output-media";

/** URL of four seconds of silence. */
const recording = () => URL.createObjectURL(new Blob([silence(4)], { type: "audio/wav" }));

/** URL of a file that the server refuses. */
const expired = () => "/expired.wav?signature=old";

describe("a player whose URL is renewed", () => {
  beforeAll(async () => {
    const button = document.body.appendChild(document.createElement("button"));
    button.textContent = "Chromium plays no sound before the first click";
    await userEvent.click(button);
    button.remove();
  });

  let container = document.createElement("div");
  let root = createRoot(container);
  beforeEach(() => {
    container = document.body.appendChild(document.createElement("div"));
    root = createRoot(container);
  });
  afterEach(() => {
    root.unmount();
    container.remove();
  });

  const show = (url: string, id = "gen_1") => {
    const generation = completed(makeGeneration(id, { kind: "audio" }));
    const [first] = generation.outputs;
    if (first === undefined) throw new Error("The generation has no output.");
    const output = { ...first, kind: "audio", url } as const;
    flushSync(() => root.render(<OutputMedia generation={generation} output={output} size="whole" />));
  };
  const player = () => container.querySelector("audio");
  const positionOf = (element: HTMLMediaElement | null) => (element?.readyState ? element.currentTime : -1);
  const playAt = async (seconds: number) => {
    await expect.poll(() => player()?.readyState).toBeGreaterThan(0);
    const element = player() as HTMLAudioElement;
    await element.play();
    element.currentTime = seconds;
    return element;
  };

  it("keeps its URL, its element and its position while it plays", async () => {
    const url = recording();
    show(url);
    const element = await playAt(2);
    show(recording());
    expect(player()).toBe(element);
    expect(element.src).toBe(url);
    expect(element.paused).toBe(false);
    expect(element.currentTime).toBeGreaterThanOrEqual(2);
  });

  it("continues at its position with the next URL after a failed load", async () => {
    show(recording());
    const element = await playAt(3);
    const next = recording();
    show(next);
    element.dispatchEvent(new Event("error"));
    await expect.poll(() => player()?.src).toMatch(new RegExp(`^${next}#t=3`));
    await expect.poll(() => positionOf(player())).toBeGreaterThanOrEqual(3);
    await expect.poll(() => player()?.ended).toBe(true);
  });

  it("offers to try again with the focus on the player, and loads the next URL without a click", async () => {
    show(expired());
    await expect.poll(() => container.textContent).toBe("The audio cannot be loaded.Try again");
    flushSync(() => container.querySelector("button")?.click());
    expect(player()).not.toBeNull();
    expect(document.activeElement).toBe(player());
    await expect.poll(() => container.textContent).toContain("Try again");
    show(recording());
    await expect.poll(() => positionOf(player())).toBe(0);
  });

  it("starts at 0 with another generation in its place", async () => {
    show(recording());
    const element = await playAt(2);
    const other = recording();
    show(other, "gen_2");
    expect(player()).not.toBe(element);
    expect(player()?.src).toBe(other);
  });
});

/** A WAV file, mono, with 8,000 samples of 8 bits per second. */
function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const samples = seconds * 8_000;
  const bytes = new Uint8Array(44 + samples).fill(128, 44);
  const view = new DataView(bytes.buffer);
  const text = (at: number, chars: string) => bytes.set(new TextEncoder().encode(chars), at);
  text(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8_000, true);
  view.setUint32(28, 8_000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, "data");
  view.setUint32(40, samples, true);
  return bytes;
}
