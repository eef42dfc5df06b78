// Dark theme follows the system. A classic script in the head, so that no page flashes white first.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("theme"));
  };
  apply();
  dark.addEventListener("change", apply);
})();
