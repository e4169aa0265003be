/** Classes of focusable elements. */
export const focusRing =
  "outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-offset-2 focus-visible:ring-offset-background";

const base = `inline-flex min-h-9 max-w-full cursor-pointer items-center justify-center gap-2 rounded-md px-3 py-1.5 text-sm font-medium transition-colors select-none motion-reduce:transition-none disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-default aria-disabled:opacity-60 ${focusRing}`;

/** Classes of the main action. */
export const primaryButton = `${base} bg-primary text-primary-foreground shadow-xs hover:bg-primary/90`;

/** Classes of other actions. */
export const outlineButton = `${base} border border-input bg-background text-foreground shadow-xs hover:bg-accent hover:text-accent-foreground`;

/** Classes of an action that removes something. */
export const dangerButton = `${base} text-destructive hover:bg-destructive/10`;

/** Classes of square buttons that contain an icon. */
export const iconButton = `${base} size-9 shrink-0 p-0 text-foreground hover:bg-accent hover:text-accent-foreground`;
