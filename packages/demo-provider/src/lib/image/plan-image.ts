import { hex } from "./color.js";
import type { ImagePlan, PlannedSubject, SceneName, TreeKind } from "./image-plan.js";
import type { ImageSpec } from "./image-spec.js";
import { paletteFromPlaceholder } from "./palette-from-placeholder.js";
import { type PaletteName, paletteOf } from "./palettes.js";
import { createRandom, hashText, type Random } from "./random.js";
import type { Luminary } from "./sky.js";
import { type SubjectName, shapes } from "./subjects/subject-names.js";
import { colorWords, type Meaning, meaningsOf } from "./vocabulary.js";

/** Directives for the vendor, and words without a meaning for an image. */
const silent =
  /^(fail:\w+|lost(:forever)?|slow|a|an|the|of|in|on|at|and|with|by|to|for|from|over|under|near|is|are|very)$/;

/**
 * Plans an image. The seed and a hash of all words decide the choices that the words leave open. An input image replaces
 * only the palette: the words still select the scene.
 */
export function planImage(image: Pick<ImageSpec, "prompt" | "seed" | "inputPlaceholder">): ImagePlan {
  const { prompt, seed: wished, inputPlaceholder = null } = image;
  const words = (prompt.toLowerCase().match(/[\p{L}\p{N}:]+/gu) ?? []).filter((word) => !silent.test(word));
  const seed = hashText(`${words.join(" ")} ${wished}`);
  const random = createRandom(seed, "plan");
  const subject = chooseSubject(words);
  // The subject's color applies only to the subject.
  const others = words.filter((_, index) => index !== subject?.tintedBy);
  const meant = others.flatMap(meaningsOf);
  const scene = chooseScene(prompt.toLowerCase(), meant, subject, random);
  const paletteName = choosePalette(meant, scene, random);
  const palette = inputPlaceholder === null ? paletteOf(paletteName) : paletteFromPlaceholder(inputPlaceholder);
  const luminary = chooseLuminary(meant, scene, palette.isDark, random);
  const mentions = (extra: Meaning["extra"]): boolean => meant.some((meaning) => meaning.extra === extra);
  return {
    seed,
    palette,
    scene,
    trees: chooseTrees(meant, paletteName, scene, random),
    luminary,
    stars: mentions("stars") ? 1 : palette.isDark ? random.between(0.55, 0.9) : 0,
    clouds: mentions("clear") ? 0.05 : mentions("clouds") ? 0.85 : random.between(0.2, 0.6),
    mist: mentions("mist") ? 1 : random.between(0.1, 0.5),
    hasAurora: mentions("aurora"),
    weather: meant.find(({ weather }) => weather !== undefined)?.weather ?? null,
    subject: subject ?? (random.chance(0.45) ? addSubject(scene, random) : null),
    inks: others.flatMap((word) => colorWords[word] ?? []).map(hex),
  };
}

interface NamedSubject extends PlannedSubject {
  /** Index of the word that names its color; `null` without one. */
  readonly tintedBy: number | null;
}

function chooseSubject(words: readonly string[]): NamedSubject | null {
  for (const [index, word] of words.entries()) {
    const name = meaningsOf(word).find(({ subject }) => subject !== undefined)?.subject;
    if (name === undefined) continue;
    // The color is one or two words before the subject: "red fox", "white wooden house".
    const tintedBy = [index - 1, index - 2].find((at) => colorWords[words[at] ?? ""] !== undefined) ?? null;
    const tint = colorWords[words[tintedBy ?? -1] ?? ""];
    return { name, tintedBy, tint: tint === undefined ? null : hex(tint) };
  }
  return null;
}

/** Scenes by priority: the first scene that a word names wins. */
const scenePriority: readonly SceneName[] = [
  "ribbons",
  "circles",
  "underwater",
  "moon",
  "space",
  "city",
  "desert",
  "lake",
  "sea",
  "meadow",
  "forest",
  "mountains",
];

function chooseScene(
  prompt: string,
  meant: readonly Meaning[],
  subject: PlannedSubject | null,
  random: Random,
): SceneName {
  if (/\bon (the )?moon\b/.test(prompt)) return "moon";
  const named = new Set(meant.flatMap(({ scene }) => scene ?? []));
  const ranked = scenePriority.find((scene) => named.has(scene));
  if (ranked !== undefined) return ranked;
  if (subject !== null) return homeScene(subject.name, namesMoon(meant), random);
  // A luminary, stars or clouds need a scene with a sky.
  if (meant.some(({ luminary, extra }) => luminary !== undefined || extra !== undefined)) {
    return random.pick(["mountains", "lake", "sea"]);
  }
  return random.pick(["mountains", "lake", "sea", "meadow", "forest", "desert", "ribbons", "mountains", "lake"]);
}

/** Selects the scene of a subject if the prompt names no scene. */
function homeScene(name: SubjectName, seesMoon: boolean, random: Random): SceneName {
  const own = habitats[name];
  // A forest has no sky for a moon.
  if (own !== undefined) return random.pick(seesMoon && own.includes("forest") ? ["mountains"] : own);
  switch (shapes[name].home) {
    case "deep":
      return "underwater";
    case "water":
      return random.pick(["lake", "sea"]);
    case "air":
      return random.pick(["mountains", "sea", "lake"]);
    case "ground":
      return random.pick(["mountains", "mountains", "lake", "meadow"]);
  }
}

const habitats: Partial<Record<SubjectName, readonly [SceneName, ...SceneName[]]>> = {
  owl: ["forest"],
  mushroom: ["forest"],
  swan: ["lake"],
  butterfly: ["meadow"],
  rabbit: ["meadow"],
  windmill: ["meadow"],
  lighthouse: ["sea"],
  cactus: ["desert"],
  rocket: ["space"],
  astronaut: ["moon", "space"],
  penguin: ["mountains", "lake"],
};

/** Palettes of a scene if the prompt names none. */
const scenePalettes: Readonly<Record<SceneName, readonly [PaletteName, ...PaletteName[]]>> = {
  mountains: ["sunset", "dawn", "dusk", "night", "golden", "day", "rose", "winter"],
  lake: ["dawn", "sunset", "autumn", "golden", "night", "dusk", "rose"],
  sea: ["sunset", "ocean", "dawn", "golden", "rose", "night"],
  forest: ["forest", "golden", "autumn", "dusk", "forest"],
  meadow: ["day", "spring", "golden", "dawn", "pastel"],
  desert: ["desert", "sunset", "golden", "rose", "dusk"],
  city: ["neon", "dusk", "night", "sunset", "golden"],
  moon: ["lunar"],
  space: ["space", "aurora", "neon", "dusk"],
  underwater: ["ocean", "jungle", "ocean", "aurora"],
  ribbons: ["sunset", "ocean", "rose", "neon", "dusk", "pastel", "aurora", "golden"],
  circles: ["pastel", "desert", "ocean", "autumn", "rose", "forest"],
};

function choosePalette(meant: readonly Meaning[], scene: SceneName, random: Random): PaletteName {
  const fallback = random.pick(scenePalettes[scene]);
  // The moon has its own light, so the prompt's palettes do not apply.
  if (scene === "moon") return fallback;
  const named = new Set(meant.flatMap(({ palette }) => palette ?? []));
  // A moon without a named palette means night.
  if (named.size === 0 && namesMoon(meant)) return "night";
  return palettePriority.find((name) => named.has(name)) ?? fallback;
}

function namesMoon(meant: readonly Meaning[]): boolean {
  return meant.some(({ luminary }) => luminary === "moon" || luminary === "crescent");
}

/** Palettes by priority, if the prompt names several: styles, then times, seasons and places. */
const palettePriority: readonly PaletteName[] = [
  "aurora",
  "neon",
  "fire",
  "storm",
  "noir",
  "night",
  "sunset",
  "dusk",
  "dawn",
  "autumn",
  "winter",
  "spring",
  "pastel",
  "golden",
  "rose",
  "jungle",
  "ocean",
  "desert",
  "forest",
  "space",
  "day",
];

function chooseTrees(meant: readonly Meaning[], palette: PaletteName, scene: SceneName, random: Random): TreeKind {
  const named = meant.find(({ trees }) => trees !== undefined)?.trees;
  if (named !== undefined) return named;
  if (palette === "autumn" || palette === "spring" || scene === "meadow") return "round";
  if (palette === "winter") return "pine";
  return random.chance(0.72) ? "pine" : "round";
}

function chooseLuminary(meant: readonly Meaning[], scene: SceneName, isDark: boolean, random: Random): Luminary | null {
  const named = meant.find(({ luminary }) => luminary !== undefined)?.luminary;
  const x = random.chance(0.5) ? random.between(0.24, 0.37) : random.between(0.63, 0.76);
  const low = scene === "sea" || scene === "desert" || scene === "lake";
  const y = isDark ? random.between(0.17, 0.32) : random.between(0.22, low ? 0.48 : 0.42);
  const radius = random.between(0.042, 0.062) * (random.chance(0.25) ? 1.6 : 1);
  if (named === "none") return null;
  const kind = named ?? (isDark ? random.pick(["moon", "moon", "crescent"]) : "sun");
  return { kind, x, y, radius: named === "moon" ? radius * 1.5 : radius };
}

/** Selects a subject that fits the scene, for a prompt without a subject. */
function addSubject(scene: SceneName, random: Random): PlannedSubject | null {
  const candidates: Partial<Record<SceneName, readonly [SubjectName, ...SubjectName[]]>> = {
    mountains: ["bird", "deer", "cabin", "balloon", "person", "tent"],
    lake: ["deer", "swan", "cabin", "bird", "sailboat", "person"],
    sea: ["sailboat", "bird", "lighthouse", "sailboat"],
    forest: ["deer", "fox", "person"],
    meadow: ["windmill", "butterfly", "horse", "balloon"],
    desert: ["cactus", "person", "balloon"],
    city: ["cat", "person", "bird"],
    space: ["rocket", "astronaut"],
    underwater: ["whale", "turtle", "jellyfish", "fish"],
    moon: ["astronaut"],
  };
  const names = candidates[scene];
  return names === undefined ? null : { name: random.pick(names), tint: null };
}
