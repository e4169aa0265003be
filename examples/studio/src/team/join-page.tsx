import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { outlineButton, primaryButton } from "../../../../packages/react/blocks/styles/buttons";
import { card } from "../shell/fields.ts";
import { EmptyNote, LoadingNote } from "../shell/notes.tsx";
import { Page } from "../shell/page.tsx";
import { userProblemText, users } from "../users.ts";

interface JoinPageProps {
  readonly invitationId: string;
  readonly email: string;
}

/** An invitation to a team. */
export function JoinPage({ invitationId, email }: JoinPageProps) {
  const [, navigate] = useLocation();
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { data, isPending } = useQuery({
    queryKey: ["invitation", invitationId],
    queryFn: () => users.organization.getInvitation({ query: { id: invitationId } }),
  });
  const { refetch } = users.useListOrganizations();
  const respond = async (request: () => Promise<{ readonly error: { readonly code?: string | undefined } | null }>) => {
    const { error } = await request();
    if (error !== null) return setProblem(userProblemText(error));
    await refetch();
    await queryClient.invalidateQueries({ queryKey: ["collections"] });
    navigate("/collections");
  };
  return (
    <Page title="Join a team">
      {isPending && <LoadingNote>Loading the invitation…</LoadingNote>}
      {data?.error && (
        <EmptyNote>
          <p>{userProblemText(data.error)}</p>
          <p>You are signed in as {email}.</p>
        </EmptyNote>
      )}
      {data?.data && (
        <section className={`${card} flex max-w-md flex-col gap-4`}>
          <p>
            <strong>{data.data.inviterEmail}</strong> invites you to <strong>{data.data.organizationName}</strong>. You
            see the collections that its members share. Your own images and credits stay yours.
          </p>
          <div className="flex flex-wrap gap-2">
            <button
              type="button"
              className={primaryButton}
              onClick={() => void respond(() => users.organization.acceptInvitation({ invitationId }))}
            >
              Join
            </button>
            <button
              type="button"
              className={outlineButton}
              onClick={() => void respond(() => users.organization.rejectInvitation({ invitationId }))}
            >
              Decline
            </button>
          </div>
          <p role="alert" className="text-sm text-destructive empty:hidden">
            {problem}
          </p>
        </section>
      )}
    </Page>
  );
}
