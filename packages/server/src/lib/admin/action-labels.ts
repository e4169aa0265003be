import type { OperatorActionName } from "../ports/store/operator-store.js";

/** Label of each action: on its button, in the log and in messages. */
export const actionLabels: Readonly<Record<OperatorActionName, string>> = {
  wake: "Retry now",
  cancel: "Cancel",
  end: "End and refund",
  refund: "Refund",
  adjust: "Adjust",
  retry: "Retry for the owner",
  delete: "Delete the content",
  announce: "Announce again",
  deliver: "Deliver now",
  drop: "Drop",
  reveal: "Reveal",
  reveal_vendor_details: "Reveal the vendor's details",
  audit: "Run the audit",
};

/** The key that opens the form of an action on a page. */
export const actionKeys: Readonly<Partial<Record<OperatorActionName, string>>> = {
  wake: "r",
  cancel: "c",
  end: "e",
  refund: "f",
  adjust: "a",
  retry: "o",
  delete: "d",
  announce: "n",
  reveal: "v",
  reveal_vendor_details: "m",
};
