import { TriggerAuthContext, useRealtimeTaskTrigger } from "@trigger.dev/react-hooks";

/** A page that starts a task, follows its run and shows the result. The host provides the token. */
export function Page({ accessToken }: { readonly accessToken: string }) {
  return (
    <TriggerAuthContext.Provider value={{ accessToken }}>
      <Studio />
    </TriggerAuthContext.Provider>
  );
}

function Studio() {
  const { error, isLoading, run, submit } = useRealtimeTaskTrigger("poster");
  const progress = Number(run?.metadata?.progress ?? 0);
  return (
    <form action={(form) => submit({ prompt: String(form.get("prompt")) })}>
      <input name="prompt" aria-label="Prompt" required />
      <button type="submit" disabled={isLoading}>
        Develop
      </button>
      {run?.status === "EXECUTING" && <progress value={progress} />}
      {run?.status === "COMPLETED" && <img src={run.output.url} alt="The result" />}
      {error && <p>{error.message}</p>}
    </form>
  );
}
