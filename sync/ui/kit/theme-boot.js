// @ts-check
// Classic script, loaded in <head>: sets the chosen theme before the first paint.
try {
  const chosen = localStorage.getItem("tyngo.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is forbidden: the system's theme it is.
}
