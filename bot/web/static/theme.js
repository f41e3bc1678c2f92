// Before anything is painted: the theme somebody chose, if they did.
try {
  const chosen = localStorage.getItem("relais-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* no storage: the system's theme */ }
