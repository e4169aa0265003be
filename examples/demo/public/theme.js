// Before the first paint: the theme that was chosen on this device, if any.
try {
  const theme = localStorage.getItem("safelight-demo:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the device decides.
}
