/** A stand-in for a host's session: the cookie has the user's id. */
export async function sessionOf(headers: Headers): Promise<{ readonly userId: string } | null> {
  const userId = /(?:^|; )user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1];
  return userId === undefined ? null : { userId };
}
