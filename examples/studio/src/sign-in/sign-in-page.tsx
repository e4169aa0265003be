import { type FormEvent, useId, useState } from "react";
import { focusRing, primaryButton } from "../../../../packages/react/blocks/styles/buttons";
import { initialCredits } from "../../prices.ts";
import { card, field, label } from "../shell/fields.ts";
import { Page } from "../shell/page.tsx";
import { userProblemText, users } from "../users.ts";

/** Shown at each path without a session, which continues there after the sign-in. */
export function SignInPage() {
  const [isNew, setNew] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const problemId = useId();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget);
    const [name, email, password] = ["name", "email", "password"].map((key) => String(form.get(key) ?? ""));
    setBusy(true);
    setProblem(null);
    const { error } = isNew
      ? await users.signUp.email({ name: name ?? "", email: email ?? "", password: password ?? "" })
      : await users.signIn.email({ email: email ?? "", password: password ?? "" });
    setBusy(false);
    if (error !== null) setProblem(userProblemText(error));
  };

  const title = isNew ? "Create an account" : "Sign in";
  return (
    <Page title={title} aside={<img src="/mark.svg" alt="" width={32} height={32} />}>
      <form className={`${card} flex w-full max-w-md flex-col gap-4 self-center`} onSubmit={submit}>
        <p className="text-sm text-muted-foreground">
          {isNew ? `You start with ${initialCredits} credits.` : "Your images and reels are on each of your devices."}
        </p>
        {isNew && (
          <label className={label}>
            Name
            <input className={field} name="name" autoComplete="name" required maxLength={80} />
          </label>
        )}
        <label className={label}>
          E-mail
          <input
            className={field}
            name="email"
            type="email"
            autoComplete="email"
            required
            aria-describedby={problemId}
          />
        </label>
        <label className={label}>
          Password
          <input
            className={field}
            name="password"
            type="password"
            required
            minLength={8}
            autoComplete={isNew ? "new-password" : "current-password"}
            aria-describedby={problemId}
          />
        </label>
        <p id={problemId} role="alert" className="text-sm text-destructive empty:hidden">
          {problem}
        </p>
        <button type="submit" className={primaryButton} aria-disabled={isBusy}>
          {isBusy ? "One moment…" : title}
        </button>
        <button
          type="button"
          className={`cursor-pointer rounded-sm text-sm underline underline-offset-4 ${focusRing}`}
          onClick={() => {
            setNew(!isNew);
            setProblem(null);
          }}
        >
          {isNew ? "You have an account? Sign in" : "New here? Create an account"}
        </button>
      </form>
    </Page>
  );
}
