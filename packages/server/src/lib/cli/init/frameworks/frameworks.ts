import type { Framework } from "../framework.js";
import type { ProjectFacts } from "../project-facts.js";
import { astro } from "./astro.js";
import { express } from "./express.js";
import { expressStarter } from "./express-starter.js";
import { hono } from "./hono.js";
import { next } from "./next.js";
import { nextStarter } from "./next-starter.js";
import { nuxt } from "./nuxt.js";
import { reactRouter } from "./react-router.js";
import { sveltekit } from "./sveltekit.js";
import { tanstackStart } from "./tanstack-start.js";
import { workers } from "./workers.js";

/** The frameworks by name. A project may use several: the first one is that of its pages. */
export const frameworks = {
  next,
  "tanstack-start": tanstackStart,
  "react-router": reactRouter,
  sveltekit,
  astro,
  nuxt,
  workers,
  express,
  hono,
} as const satisfies Readonly<Record<string, Framework>>;

/** The frameworks with a starter: a page, sign-in, credits and a history. */
export const starters: Readonly<Partial<Record<FrameworkName, Framework>>> = {
  next: nextStarter,
  express: expressStarter,
};

export type FrameworkName = keyof typeof frameworks;

// The cast is safe: the keys of an object literal are its type's.
export const frameworkNames = Object.keys(frameworks) as readonly FrameworkName[];

export function isFrameworkName(name: string): name is FrameworkName {
  return Object.hasOwn(frameworks, name);
}

/** The framework of a project; `null` if it uses none of them. */
export function detectFramework(facts: ProjectFacts): FrameworkName | null {
  return frameworkNames.find((name) => frameworks[name].detect(facts)) ?? null;
}
