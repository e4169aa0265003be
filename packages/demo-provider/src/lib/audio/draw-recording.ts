import type { ImagePlan } from "../image/image-plan.js";
import type { ImageSpec } from "../image/image-spec.js";
import { planImage } from "../image/plan-image.js";
import { createRandom } from "../image/random.js";
import { encodeWav } from "./encode-wav.js";

/** Samples per second. */
const rate = 22_050;
/** Length of a recording. */
const seconds = 4;

/** Records the place of a prompt: its wind or waves, its weather and its birds. The same specification gives the same bytes. */
export function drawRecording(image: ImageSpec): Uint8Array<ArrayBuffer> {
  const plan = planImage(image);
  const samples = new Float32Array(rate * seconds);
  addAir(samples, plan);
  if (plan.weather === "rain") addRain(samples, plan);
  if (["forest", "meadow", "lake"].includes(plan.scene)) addBirds(samples, plan);
  if (["space", "moon", "ribbons", "circles"].includes(plan.scene)) addTones(samples, plan);
  return encodeWav({ samples, rate });
}

/** Noise that comes and goes: slowly as wind, or in waves at the water. */
function addAir(samples: Float32Array, { scene, seed }: ImagePlan): void {
  const random = createRandom(seed, "air");
  const isWater = scene === "sea" || scene === "lake" || scene === "underwater";
  const swell = isWater ? 0.5 : 0.2;
  const softness = scene === "underwater" ? 0.985 : isWater ? 0.9 : 0.97;
  let low = 0;
  for (let at = 0; at < samples.length; at += 1) {
    low = low * softness + random.between(-1, 1) * (1 - softness);
    const loudness = 0.55 + 0.45 * Math.sin((at / rate) * 2 * Math.PI * swell);
    samples[at] = low * loudness * 2.2;
  }
}

/** Short clicks. */
function addRain(samples: Float32Array, { seed }: ImagePlan): void {
  const add = adderTo(samples);
  const random = createRandom(seed, "rain");
  for (let drop = 0; drop < 900; drop += 1) {
    const start = random.whole(0, samples.length - 200);
    const strength = random.between(0.02, 0.16);
    for (let at = 0; at < 120; at += 1) add(start + at, random.between(-1, 1) * strength * (1 - at / 120));
  }
}

/** Chirps with a falling or rising pitch. */
function addBirds(samples: Float32Array, { seed }: ImagePlan): void {
  const add = adderTo(samples);
  const random = createRandom(seed, "birds");
  for (let chirp = 0; chirp < 9; chirp += 1) {
    const [start, length] = [random.whole(0, samples.length - rate), random.whole(1_400, 3_600)];
    const [pitch, bend] = [random.between(2_000, 3_800), random.between(-700, 900)];
    for (let at = 0; at < length; at += 1) {
      const share = at / length;
      const turns = ((pitch + bend * share) * at) / rate;
      add(start + at, 0.16 * Math.sin(2 * Math.PI * turns) * Math.sin(Math.PI * share) ** 2);
    }
  }
}

/** A chord that fades in and out. */
function addTones(samples: Float32Array, { seed }: ImagePlan): void {
  const add = adderTo(samples);
  const base = createRandom(seed, "tones").between(90, 180);
  for (let at = 0; at < samples.length; at += 1) {
    const chord = [1, 1.5, 2.25].reduce((sum, step) => sum + Math.sin((2 * Math.PI * base * step * at) / rate), 0);
    add(at, 0.09 * chord * Math.sin((Math.PI * at) / samples.length));
  }
}

/** Returns the function that adds a value to a sample. */
function adderTo(samples: Float32Array): (at: number, value: number) => void {
  return (at, value) => {
    samples[at] = (samples[at] ?? 0) + value;
  };
}
