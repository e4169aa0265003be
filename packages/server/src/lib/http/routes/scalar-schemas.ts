import { z } from "zod";

/** A time on the wire: ISO 8601. */
export const instant = z.string().meta({ format: "date-time" });

/** A whole number of at least 0. */
export const count = z.number().meta({ type: "integer", minimum: 0 });
