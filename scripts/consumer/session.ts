/** Stands for the session of a host: here, whoever the cookie names. */
export async function sessionOf(headers: Headers): Promise<{ readonly userId: string } | null> {
  const userId = /(?:^|; )user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1];
  return userId === undefined ? null : { userId };
}
