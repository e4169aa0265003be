import { createSafelightHooks } from "@safelight/react";
import { focusManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fetch } from "expo/fetch";
import { useState } from "react";
import { AppState, Image, Pressable, Text, TextInput, View } from "react-native";
import { followAppState } from "./follow-app-state.ts";
import { openClient } from "./open-client.ts";

followAppState(focusManager, AppState);
const queryClient = new QueryClient();
const client = openClient({
  // The address of your computer in its network: `localhost` is the phone.
  baseUrl: process.env.EXPO_PUBLIC_SERVER_URL ?? "http://localhost:3000",
  // Replace this with the token of your session.
  accessToken: async () => "ann",
  fetch,
});
const { useActiveGeneration, useCredits, useGenerate } = createSafelightHooks(client);

/** Texts for users, by code: `error.message` is for developers. */
const errorTexts: Partial<Record<string, string>> = {
  insufficient_credits: "You do not have enough credits.",
  unauthenticated: "Please sign in again.",
};

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Studio />
    </QueryClientProvider>
  );
}

function Studio() {
  const [prompt, setPrompt] = useState("");
  const { generate, isActive, isSubmitting, error } = useGenerate({ model: "poster" });
  const { connection, generation } = useActiveGeneration({ model: "poster" });
  const { balance } = useCredits();
  const isDisabled = isSubmitting || isActive || prompt.trim() === "";
  return (
    <View style={{ flex: 1, gap: 16, padding: 16, paddingTop: 64 }}>
      <Text accessibilityRole="header" style={{ fontSize: 28 }}>
        Posters
      </Text>
      <Text accessibilityLiveRegion="polite">{connection === "offline" ? "Offline" : `${balance ?? "…"} credits`}</Text>
      <TextInput
        accessibilityLabel="Prompt"
        maxLength={2000}
        multiline
        onChangeText={setPrompt}
        placeholder="A red fox"
        style={{ borderWidth: 1, minHeight: 64, padding: 8 }}
        value={prompt}
      />
      <Pressable
        accessibilityRole="button"
        accessibilityState={{ disabled: isDisabled, busy: isSubmitting }}
        disabled={isDisabled}
        onPress={() => generate({ prompt })}
        style={{ minHeight: 44, justifyContent: "center" }}
      >
        <Text>Develop for 4 credits</Text>
      </Pressable>
      {error && <Text accessibilityRole="alert">{errorTexts[error.code] ?? "Please try again."}</Text>}
      {generation?.finishedAt === null && (
        <Text
          accessibilityRole="progressbar"
          accessibilityValue={{ now: Math.round(100 * (generation.progress.value ?? 0)), min: 0, max: 100 }}
        >
          {generation.progress.value === null ? "Waiting…" : `${Math.round(100 * generation.progress.value)} %`}
        </Text>
      )}
      {generation?.status === "completed" && (
        <Image
          accessibilityLabel={`Poster: ${generation.input.prompt}`}
          source={{ uri: generation.outputs[0].url }}
          style={{ aspectRatio: 1, width: "100%" }}
        />
      )}
      {generation?.status === "failed" && <Text>{generation.error.message}</Text>}
    </View>
  );
}
