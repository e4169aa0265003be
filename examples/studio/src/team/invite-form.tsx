import { type FormEvent, useState } from "react";
import { outlineButton } from "../../../../packages/react/blocks/styles/buttons";
import { field, label } from "../shell/fields.ts";
import { userProblemText, users } from "../users.ts";

interface InviteFormProps {
  readonly organizationId: string;
  /** The pending ones. */
  readonly invitations: readonly { readonly id: string; readonly email: string }[];
  readonly onInvited: () => void;
}

/** Invites by a link to copy, which works for the invited address only. A product with a mail service sends it. */
export function InviteForm({ organizationId, invitations, onInvited }: InviteFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const invite = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (isBusy) return;
    setBusy(true);
    const email = String(new FormData(form).get("email"));
    const { error } = await users.organization.inviteMember({ email, role: "member", organizationId });
    setBusy(false);
    setProblem(error === null ? null : userProblemText(error));
    if (error !== null) return;
    form.reset();
    onInvited();
  };
  return (
    <>
      <ul aria-label="Invitations" className="flex flex-col gap-2 empty:hidden">
        {invitations.map(({ id, email }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span className="min-w-0 flex-1 wrap-anywhere text-muted-foreground">{email} is invited</span>
            <CopyLink url={`${location.origin}/join/${id}`} email={email} />
          </li>
        ))}
      </ul>
      <form className="flex flex-wrap items-end gap-3" onSubmit={invite}>
        <label className={`${label} basis-56`}>
          Invite by e-mail
          <input className={field} name="email" type="email" required placeholder="bob@example.com" />
        </label>
        <button type="submit" className={`${outlineButton} min-h-10`} aria-disabled={isBusy}>
          {isBusy ? "Inviting…" : "Invite"}
        </button>
        <p role="alert" className="basis-full text-sm text-destructive empty:hidden">
          {problem}
        </p>
      </form>
    </>
  );
}

function CopyLink({ url, email }: { readonly url: string; readonly email: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => setState("copied"),
      // The browser refuses, as without https: the user copies the text.
      () => setState("refused"),
    );
  if (state === "refused") return <code className="text-xs wrap-anywhere">{url}</code>;
  return (
    <button type="button" className={outlineButton} onClick={() => void copy()}>
      {state === "copied" ? "Copied" : "Copy link"}
      <span className="sr-only"> for {email}</span>
    </button>
  );
}
