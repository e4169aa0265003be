import { join } from "node:path";

/** The sources of the packages for the live demo, and the one copy of React that they use. */
export function sourceAliases(root: string): readonly { readonly find: RegExp; readonly replacement: string }[] {
  const modules = join(root, "packages/react/node_modules");
  return [
    { find: /^(react|react-dom|@tanstack\/react-query)(\/.*)?$/, replacement: `${modules}/$1$2` },
    { find: /^@safelight\/(client|react)$/, replacement: join(root, "packages/$1/src/index.ts") },
    { find: /^@safelight\/(client|react)\/(\w+)$/, replacement: join(root, "packages/$1/src/$2.ts") },
  ];
}
