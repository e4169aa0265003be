import { adminClient, organizationClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";

/** Better Auth in the browser: sessions, organizations, and the role of staff. */
export const users = createAuthClient({ plugins: [adminClient(), organizationClient()] });

/** The text for users of a code of Better Auth. The messages of errors are for developers. */
export function userProblemText({ code }: { readonly code?: string | undefined }): string {
  return texts[code ?? ""] ?? "That did not work. Try again in a moment.";
}

const texts: Partial<Record<string, string>> = {
  INVALID_EMAIL: "This is not an e-mail address.",
  INVALID_EMAIL_OR_PASSWORD: "The address or the password is wrong.",
  PASSWORD_TOO_SHORT: "Use a password of at least 8 characters.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "This address has an account already. Sign in instead.",
  INVITATION_NOT_FOUND: "This invitation has expired, or was withdrawn.",
  YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION: "This invitation is for another address. Sign in with that one.",
  USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION: "This person is a member already.",
  USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION: "This person is invited already.",
  YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION: "Only owners and admins can invite.",
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER: "You are the only owner: you cannot leave.",
};
