import type { SceneName, TreeKind, Weather } from "./image-plan.js";
import type { PaletteName } from "./palettes.js";
import type { SubjectName } from "./subjects/subject-names.js";

/** Meaning of a word for an image. */
export interface Meaning {
  readonly palette?: PaletteName;
  readonly scene?: SceneName;
  readonly subject?: SubjectName;
  readonly trees?: TreeKind;
  readonly weather?: Weather;
  readonly luminary?: "sun" | "moon" | "crescent" | "none";
  readonly extra?: "mist" | "clouds" | "clear" | "stars" | "aurora";
}

/** Each meaning with its words. A word in several lines has all their meanings. */
const lines: readonly (readonly [Meaning, string])[] = [
  [{ palette: "dawn" }, "dawn sunrise morning daybreak"],
  [{ palette: "day" }, "day daylight noon midday sunny summer bright sky"],
  [{ palette: "golden" }, "golden honey amber warm wheat harvest"],
  [{ palette: "sunset" }, "sunset evening"],
  [{ palette: "dusk" }, "dusk twilight indigo"],
  [{ palette: "night" }, "night midnight nocturnal dark moonlight moonlit starry lantern"],
  [{ palette: "aurora", extra: "aurora", luminary: "none" }, "aurora borealis northern polar arctic"],
  [{ palette: "neon" }, "neon cyberpunk synthwave vaporwave retro eighties futuristic disco nightclub"],
  [{ palette: "ocean" }, "ocean turquoise teal aqua cyan tropical lagoon"],
  [{ palette: "forest" }, "forest emerald woodland moss fern"],
  [{ palette: "autumn", trees: "round" }, "autumn autumnal fall october november maple leaves foliage"],
  [
    { palette: "winter", weather: "snow" },
    "winter snow snowy snowfall frost frosty ice icy frozen december january blizzard christmas",
  ],
  [{ palette: "spring", trees: "round", weather: "petals" }, "spring blossom blossoms cherry sakura april"],
  [{ palette: "desert" }, "desert dune dunes sahara sand sandy arid"],
  [{ palette: "fire" }, "fire flame flames lava inferno volcano volcanic hell ember embers dragon burning"],
  [{ palette: "noir" }, "noir monochrome charcoal ink grayscale"],
  [{ palette: "pastel" }, "pastel candy cotton soft cute kawaii dreamy unicorn lilac lavender"],
  [{ palette: "rose" }, "rose rosy romantic love valentine magenta"],
  [{ palette: "jungle", trees: "palm" }, "jungle rainforest amazon tropic lush"],
  [
    { palette: "storm", extra: "clouds", luminary: "none" },
    "storm stormy thunder thunderstorm tempest gloomy overcast dramatic",
  ],
  [{ palette: "space" }, "space galaxy nebula cosmos cosmic universe interstellar planet planets saturn jupiter mars"],
  [
    { scene: "mountains" },
    "mountain mountains peak peaks alps alpine summit valley cliff canyon volcano everest matterhorn himalaya",
  ],
  [{ scene: "lake" }, "lake pond river fjord reflection reflections loch stream water"],
  [{ scene: "sea" }, "sea ocean beach coast coastal shore seaside island harbor harbour bay sail ship waves surf"],
  [{ scene: "forest" }, "forest wood woods woodland jungle rainforest grove trees"],
  [
    { scene: "meadow" },
    "meadow hill hills field fields flower flowers garden tulip tulips poppy poppies daisy daisies sunflower sunflowers lavender grass prairie farm wheat orchard",
  ],
  [{ scene: "desert" }, "desert dune dunes sahara sand oasis camel pyramid pyramids"],
  [
    { scene: "city" },
    "city cities town skyline street streets skyscraper skyscrapers urban downtown metropolis tokyo york manhattan london paris berlin shanghai cyberpunk building buildings rooftop apartment traffic",
  ],
  [{ scene: "moon" }, "lunar crater apollo"],
  [
    { scene: "space" },
    "space galaxy nebula cosmos cosmic universe planet planets saturn jupiter mars interstellar comet asteroid spaceship spacecraft",
  ],
  [
    { scene: "underwater" },
    "underwater undersea reef coral submarine seabed deep whale fish jellyfish turtle shark dolphin octopus mermaid aquarium",
  ],
  [
    { scene: "ribbons" },
    "abstract abstraction pattern fluid liquid flow flowing swirl swirls gradient ribbon ribbons silk wallpaper texture emotion melody music jazz symphony harmony chaos wavy",
  ],
  [
    { scene: "circles" },
    "geometric geometry circle circles shapes bauhaus minimal minimalist minimalism poster dots cubism",
  ],

  [{ subject: "cat" }, "cat kitten kitty tomcat feline"],
  [{ subject: "dog" }, "dog puppy hound terrier corgi labrador"],
  [{ subject: "fox" }, "fox vixen"],
  [{ subject: "wolf" }, "wolf wolves coyote husky"],
  [{ subject: "deer" }, "deer stag elk reindeer moose doe antelope"],
  [{ subject: "bear" }, "bear grizzly panda cub"],
  [{ subject: "rabbit" }, "rabbit bunny hare"],
  [{ subject: "owl" }, "owl owlet"],
  [{ subject: "horse" }, "horse pony stallion mare unicorn mustang"],
  [{ subject: "penguin" }, "penguin"],
  [{ subject: "swan" }, "swan duck goose geese"],
  [{ subject: "bird" }, "bird seagull gull eagle crow raven flock hawk dove crane swallow"],
  [{ subject: "butterfly" }, "butterfly butterflies moth"],
  [{ subject: "whale" }, "whale orca dolphin shark"],
  [{ subject: "fish" }, "fish fishes goldfish clownfish koi nemo"],
  [{ subject: "turtle" }, "turtle tortoise"],
  [{ subject: "jellyfish" }, "jellyfish medusa octopus squid"],
  [{ subject: "dragon" }, "dragon wyvern"],
  [
    { subject: "person" },
    "person man woman girl boy child people traveler hiker wanderer someone figure lady guy dancer poet monk samurai wizard",
  ],
  [{ subject: "astronaut" }, "astronaut cosmonaut spaceman"],
  [{ subject: "robot" }, "robot android droid mech"],
  [{ subject: "sailboat" }, "boat sailboat ship yacht sail sailing vessel pirate"],
  [{ subject: "lighthouse" }, "lighthouse beacon"],
  [{ subject: "cabin" }, "cabin house cottage hut home lodge barn chalet farm"],
  [{ subject: "castle" }, "castle palace fortress kingdom tower"],
  [{ subject: "balloon" }, "balloon balloons airship"],
  [{ subject: "rocket" }, "rocket spaceship spacecraft shuttle missile"],
  [{ subject: "windmill" }, "windmill mill"],
  [{ subject: "tent" }, "tent camp camping campfire campsite"],
  [{ subject: "cactus" }, "cactus cacti saguaro"],
  [{ subject: "mushroom" }, "mushroom mushrooms toadstool fungus"],

  [{ trees: "pine" }, "pine pines fir spruce conifer evergreen"],
  [{ trees: "round" }, "oak maple birch orchard tree trees"],
  [{ trees: "palm" }, "palm palms beach tropical lagoon coconut oasis hawaii"],
  [{ weather: "snow" }, "penguin"],
  [{ weather: "rain" }, "rain rainy raining drizzle downpour storm thunderstorm"],
  [{ weather: "petals" }, "petal petals confetti"],
  [{ weather: "fireflies" }, "firefly fireflies magic magical fairy enchanted mystical fantasy"],
  [{ luminary: "sun" }, "sun sunny sunset sunrise sunlight"],
  [{ luminary: "moon" }, "moon moonlight moonlit werewolf"],
  [{ luminary: "crescent" }, "crescent"],
  [{ extra: "mist" }, "mist misty fog foggy haze hazy smoke steam"],
  [{ extra: "clouds" }, "cloud clouds cloudy"],
  [{ extra: "clear" }, "clear cloudless calm"],
  [{ extra: "stars" }, "star stars starry milky"],
];

/** Colors that a prompt may name. */
export const colorWords: Readonly<Record<string, string>> = {
  red: "#c9302a",
  crimson: "#a81f35",
  orange: "#e5781f",
  yellow: "#f0c22f",
  golden: "#e0a93a",
  gold: "#e0a93a",
  green: "#3f8f4a",
  teal: "#1f8f8a",
  turquoise: "#2fb5ae",
  blue: "#2f63c4",
  purple: "#7a45b8",
  violet: "#8a5ad0",
  pink: "#f07fae",
  white: "#f2f2f0",
  black: "#1a1a20",
  gray: "#8a8f98",
  grey: "#8a8f98",
  brown: "#7a4f30",
  silver: "#b8c0ca",
};

let meanings: ReadonlyMap<string, readonly Meaning[]> | null = null;

/** Returns the meanings of a lower-case word. Plurals have the meanings of their singular. */
export function meaningsOf(word: string): readonly Meaning[] {
  meanings ??= readLines();
  return meanings.get(word) ?? meanings.get(word.replace(/s$/, "")) ?? meanings.get(word.replace(/es$/, "")) ?? [];
}

function readLines(): ReadonlyMap<string, readonly Meaning[]> {
  const read = new Map<string, Meaning[]>();
  for (const [meaning, words] of lines) {
    for (const word of words.split(" ")) read.set(word, [...(read.get(word) ?? []), meaning]);
  }
  return read;
}
