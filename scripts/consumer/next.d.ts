// The one thing of Next that the docs import; Next itself is too large to install for a type.
declare module "next/headers" {
  export function headers(): Promise<Headers>;
}
