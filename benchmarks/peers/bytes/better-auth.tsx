import { createAuthClient } from "better-auth/react";

const { signIn, useSession } = createAuthClient();

/** A page that signs a user in, follows the session and shows it. */
export function Page() {
  const { data, error, isPending } = useSession();
  const enter = async (form: FormData) => {
    await signIn.email({ email: String(form.get("email")), password: String(form.get("password")) });
  };
  return (
    <form action={enter}>
      <input name="email" aria-label="Email" required />
      <input name="password" aria-label="Password" type="password" required />
      <button type="submit" disabled={isPending}>
        Enter
      </button>
      {isPending && <progress />}
      {data?.user.image && <img src={data.user.image} alt={data.user.name} />}
      {error && <p>{error.message}</p>}
    </form>
  );
}
