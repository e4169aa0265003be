import { animals } from "./animals.js";
import { things } from "./things.js";

/** Every subject by its name. */
export const shapes = { ...animals, ...things };

/** Name of a subject. */
export type SubjectName = keyof typeof shapes;
