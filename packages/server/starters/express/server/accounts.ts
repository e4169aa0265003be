import { type Request, Router } from "express";
import { safelight } from "./safelight.ts";
import { cookieOf, identify } from "./session.ts";

/** Express has the headers in an object of Node, `identify` reads those of the web. */
const userOf = ({ headers }: Request) => identify({ headers: new Headers({ cookie: headers.cookie ?? "" }) });

const userName = /^[\p{L}\p{N}][\p{L}\p{N} .@_+-]{0,63}$/u;

export const accounts = Router();

/** Signs in. Before you deploy, check a password here, or a code that you sent by mail: this accepts any name. */
accounts.post("/api/session", (request, response) => {
  const user = request.body?.user;
  if (typeof user !== "string" || !userName.test(user)) response.sendStatus(400);
  else response.set("set-cookie", cookieOf(user)).sendStatus(204);
});

/** Signs out. */
accounts.delete("/api/session", (_request, response) => {
  response.set("set-cookie", cookieOf(null)).sendStatus(204);
});

/**
 * Grants 50 credits, once for each payment id of an account. Before you deploy, replace it by the webhook of your payment
 * service: this believes any payment id of the browser.
 */
accounts.post("/api/buy", async (request, response) => {
  const accountId = userOf(request);
  const paymentId = request.body?.paymentId;
  if (accountId === null) response.sendStatus(401);
  else if (typeof paymentId !== "string" || !/^[\w-]{1,64}$/.test(paymentId)) response.sendStatus(400);
  else response.json(await safelight.api.grantCredits({ accountId, amount: 50, key: `payment:${paymentId}` }));
});
