import { focusRing } from "../../../../packages/react/blocks/styles/buttons";

/** Classes of text fields and selects. */
export const field = `min-h-10 w-full min-w-0 rounded-md border border-input bg-background px-3 py-2 text-base sm:text-sm text-foreground shadow-xs placeholder:text-muted-foreground aria-invalid:border-destructive ${focusRing}`;

/** Classes of a label above its field. */
export const label = "flex min-w-0 flex-1 flex-col gap-1.5 text-sm font-medium";

/** Classes of a surface. */
export const card = "rounded-xl border border-border bg-card p-4 text-card-foreground shadow-sm sm:p-5";
