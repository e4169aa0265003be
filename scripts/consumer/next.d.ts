// The two functions of Next that the docs import. Next itself is too large to install for its types.
declare module "next/headers" {
  export function headers(): Promise<Headers>;
}
declare module "next/server" {
  export function connection(): Promise<void>;
}
