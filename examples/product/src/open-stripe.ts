/** Requests the address of a page of Stripe from the server, and opens it. Returns `false` if the request failed. */
export async function openStripe(path: "/api/checkout" | "/api/portal", body: object): Promise<boolean> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) return false;
    const { url } = await response.json();
    location.assign(url);
    return true;
  } catch {
    return false;
  }
}
