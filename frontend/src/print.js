// Paper opens the print dialog only when a person asks for it.
document.querySelector("[data-print]").addEventListener("click", () => print());
