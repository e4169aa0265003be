import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { outlineButton, primaryButton } from "../../../../packages/react/blocks/styles/buttons";
import { card, field, label } from "../shell/fields.ts";
import { EmptyNote, FailedNote, LoadingNote } from "../shell/notes.tsx";
import { Page } from "../shell/page.tsx";
import { userProblemText, users } from "../users.ts";
import { InviteForm } from "./invite-form.tsx";

/** The organizations of the user, with their members. */
export function TeamPage({ userId }: { readonly userId: string }) {
  const { data: organizations, isPending, error, refetch } = users.useListOrganizations();
  return (
    <Page title="Team">
      {isPending && organizations === null && <LoadingNote>Loading your teams…</LoadingNote>}
      {error !== null && <FailedNote onRetry={() => void refetch()}>Your teams cannot be loaded.</FailedNote>}
      {organizations?.length === 0 && (
        <EmptyNote>You are in no team yet. Create one, and invite others to share collections with them.</EmptyNote>
      )}
      {organizations?.map(({ id, name }) => (
        <Organization key={id} id={id} name={name} userId={userId} onLeft={() => void refetch()} />
      ))}
      <NewOrganization onCreated={() => void refetch()} />
    </Page>
  );
}

interface OrganizationProps {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly onLeft: () => void;
}

function Organization({ id, name, userId, onLeft }: OrganizationProps) {
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["organization", id],
    queryFn: async () => {
      const { data, error } = await users.organization.getFullOrganization({ query: { organizationId: id } });
      if (data === null) throw new Error(error.code ?? "unknown");
      return data;
    },
  });
  const leave = async () => {
    const { error } = await users.organization.leave({ organizationId: id });
    if (error !== null) return setProblem(userProblemText(error));
    void queryClient.invalidateQueries({ queryKey: ["collections"] });
    onLeft();
  };
  const role = data?.members.find((member) => member.userId === userId)?.role;
  return (
    <section aria-label={name} className={`${card} flex flex-col gap-4`}>
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="me-auto text-lg font-semibold tracking-tight wrap-anywhere">{name}</h2>
        {role !== undefined && role !== "owner" && (
          <button type="button" className={outlineButton} onClick={() => void leave()}>
            Leave
          </button>
        )}
      </div>
      {error !== null && <FailedNote onRetry={() => void refetch()}>The members cannot be loaded.</FailedNote>}
      {data === undefined && error === null && <LoadingNote>Loading the members…</LoadingNote>}
      <ul className="divide-y divide-border empty:hidden">
        {data?.members.map(({ id: memberId, user, role: memberRole }) => (
          <li key={memberId} className="flex flex-wrap items-baseline gap-x-3 py-2 text-sm">
            <span className="font-medium wrap-anywhere">{user.name}</span>
            <span className="min-w-0 flex-1 text-muted-foreground wrap-anywhere">{user.email}</span>
            <span className="text-muted-foreground">{memberRole}</span>
          </li>
        ))}
      </ul>
      {(role === "owner" || role === "admin") && (
        <InviteForm
          organizationId={id}
          invitations={data?.invitations.filter(({ status }) => status === "pending") ?? []}
          onInvited={() => void refetch()}
        />
      )}
      <p role="alert" className="text-sm text-destructive empty:hidden">
        {problem}
      </p>
    </section>
  );
}

function NewOrganization({ onCreated }: { readonly onCreated: () => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const create = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (isBusy) return;
    setBusy(true);
    const name = String(new FormData(form).get("name")).trim();
    const { error } = await users.organization.create({ name, slug: crypto.randomUUID() });
    setBusy(false);
    setProblem(error === null ? null : userProblemText(error));
    if (error !== null) return;
    form.reset();
    onCreated();
  };
  return (
    <form className={`${card} flex flex-wrap items-end gap-3`} onSubmit={create}>
      <label className={`${label} basis-56`}>
        New team
        <input className={field} name="name" required maxLength={80} pattern=".*\S.*" placeholder="Acme" />
      </label>
      <button type="submit" className={`${primaryButton} min-h-10`} aria-disabled={isBusy}>
        {isBusy ? "Creating…" : "Create team"}
      </button>
      <p role="alert" className="basis-full text-sm text-destructive empty:hidden">
        {problem}
      </p>
    </form>
  );
}
