/** The path without the ids that the side generated. */
export function nameless(path: string): string {
  return path
    .replaceAll(/gen_[\w-]+/g, ":id")
    .replaceAll(/grp_[\w-]+/g, ":groupId")
    .replaceAll(/inp_[\w-]+/g, ":inputId")
    .replace(/cursor=[\w:-]+$/, "cursor=")
    .replace(/after=\d+/, "after=")
    .replace(/owner=[^&]+&timeline=[^&]+/, "owner=&timeline=")
    .replace(/expires=.*/, "…");
}

/** The path below the mount. */
export function below(url: string): string {
  return url.replace(/^.*\/api\/generations/, "");
}
