// Applies the stored theme before the first paint.
try {
  const theme = localStorage.getItem("safelight-demo:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without access to storage, the device's theme applies.
}
