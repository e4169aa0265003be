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

/** URL of a recording that has metadata and never gets data. */
const endless = () => {
  const source = new MediaSource();
  source.addEventListener("sourceopen", () => {
    source.addSourceBuffer('audio/webm; codecs="opus"').appendBuffer(emptyWebm());
  });
  return URL.createObjectURL(source);
};

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
  const retryButton = () => container.querySelector("button");
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

  it("still plays on with the next URL after a second failed load before it has enough data", async () => {
    show(endless());
    // The load that fails rejects it.
    (player() as HTMLAudioElement).play().catch(() => {});
    show(endless());
    player()?.dispatchEvent(new Event("error"));
    await expect.poll(() => player()?.readyState).toBe(HTMLMediaElement.HAVE_METADATA);
    expect(player()?.paused).toBe(true);
    show(recording());
    player()?.dispatchEvent(new Event("error"));
    await expect.poll(() => positionOf(player())).toBeGreaterThan(0);
  });

  it("offers to try again, and loads the next URL without a click", async () => {
    show(expired());
    await expect.poll(() => container.textContent).toBe("The audio cannot be loaded.Try again");
    show(recording());
    await expect.poll(() => positionOf(player())).toBe(0);
    expect(document.activeElement).toBe(document.body);
  });

  it("keeps the focus at the button or the player while they replace each other, and takes it from no other element", async () => {
    show(expired());
    await expect.poll(retryButton).not.toBeNull();
    retryButton()?.focus();
    flushSync(() => retryButton()?.click());
    expect(player()).not.toBeNull();
    expect(document.activeElement).toBe(player());
    await expect.poll(retryButton).not.toBeNull();
    expect(document.activeElement).toBe(retryButton());
    const prompt = container.parentElement?.appendChild(document.createElement("input"));
    prompt?.focus();
    show(recording());
    expect(player()).not.toBeNull();
    expect(document.activeElement).toBe(prompt);
    prompt?.remove();
  });

  it("announces a failure only after the user's own retry", async () => {
    const alert = () => container.querySelector("[role=alert]");
    show(expired());
    await expect.poll(retryButton).not.toBeNull();
    expect(alert()).toBeNull();
    flushSync(() => retryButton()?.click());
    await expect.poll(() => alert()?.textContent).toContain("The audio cannot be loaded.");
  });

  it("announces a failure after the user's own play", async () => {
    show(recording());
    const element = await playAt(2);
    element.dispatchEvent(new Event("error"));
    await expect.poll(() => container.querySelector("[role=alert]")?.textContent).toContain("Try again");
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

/** The header of a WebM file with a mono Opus track at 48 kHz. */
function emptyWebm(): Uint8Array<ArrayBuffer> {
  const hex = [
    "1a45dfa39f4286810142f7810142f2810442f381084282847765626d4287810442858102", // EBML, of type "webm"
    "1853806701ffffffffffffff", // a segment of unknown size
    "1549a966872ad7b1830f4240", // its time in milliseconds
    "1654ae6bb5aeb3d7810173c581018381028686415f4f50555363a2934f7075734865616401010000",
    "80bb0000000000e189b584473b80009f8101", // the track
  ].join("");
  const bytes = hex.match(/../g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16));
}
