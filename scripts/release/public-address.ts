/** The public address of the project: its repository and its site. */
export interface PublicAddress {
  /** The owner of the repository on GitHub. */
  readonly owner: string;
  /** The origin of the site of the docs, without a trailing slash. */
  readonly site: string;
}

/**
 * The only place of both values. After a change, `pnpm manifests` writes them into each file that has them. `OWNER` is a
 * placeholder until the repository is public, and `pnpm release` refuses it.
 */
export const publicAddress: PublicAddress = {
  owner: "OWNER",
  site: "https://OWNER.example",
};

/** Whether the owner is the placeholder. */
export function isPlaceholder({ owner }: PublicAddress): boolean {
  return owner === "OWNER";
}

/** Why a release with this address is refused, and what to do; `null` if nothing is wrong. */
export function addressFault(address: PublicAddress): string | null {
  const { owner, site } = address;
  const fix = "in scripts/release/public-address.ts, run `pnpm manifests`, and commit.";
  if (isPlaceholder(address))
    return `The owner of the repository is the placeholder OWNER. Set \`owner\` and \`site\` ${fix}`;
  if (/\.example$/.test(site)) return `${site} is a placeholder for the site of the docs. Set \`site\` ${fix}`;
  if (!/^[A-Za-z\d](-?[A-Za-z\d]){0,38}$/.test(owner))
    return `"${owner}" is not the name of an owner on GitHub. Set \`owner\` ${fix}`;
  if (!URL.canParse(site) || new URL(site).origin !== site || !site.startsWith("https:"))
    return `"${site}" is not an origin such as https://docs.my-app.com. Set \`site\` ${fix}`;
  return null;
}
