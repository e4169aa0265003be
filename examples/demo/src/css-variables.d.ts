import "react";

declare module "react" {
  interface CSSProperties {
    /** Width of the sheet divided by its height. */
    "--ratio"?: number;
    /** The sent share of an upload, such as "42%". */
    "--sent"?: string;
  }
}
