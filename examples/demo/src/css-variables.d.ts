import "react";

declare module "react" {
  interface CSSProperties {
    /** Width of the sheet divided by its height. */
    "--ratio"?: number;
  }
}
