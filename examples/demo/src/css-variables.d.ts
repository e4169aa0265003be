import "react";

declare module "react" {
  interface CSSProperties {
    /** Width of a sheet divided by its height. */
    "--ratio"?: number;
  }
}
