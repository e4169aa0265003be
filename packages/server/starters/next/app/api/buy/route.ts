import { safelight } from "../../../lib/safelight";
import { identify } from "../../../lib/session";

/**
 * Grants 50 credits, once for each payment id of an account. Before you deploy, replace it by the webhook of your payment
 * service: this believes any payment id of the browser.
 */
export async function POST(request: Request): Promise<Response> {
  const accountId = identify(request);
  if (accountId === null) return new Response(null, { status: 401 });
  // JSON only, as in the route of the session.
  if (!request.headers.get("content-type")?.startsWith("application/json")) return new Response(null, { status: 415 });
  const { paymentId } = (await request.json().catch(() => null)) ?? {};
  if (typeof paymentId !== "string" || !/^[\w-]{1,64}$/.test(paymentId)) return new Response(null, { status: 400 });
  return Response.json(await safelight.api.grantCredits({ accountId, amount: 50, key: `payment:${paymentId}` }));
}
