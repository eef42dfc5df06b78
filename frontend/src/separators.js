// GS (0x1D) ends a field of variable length in GS1 symbols. A scanner that types sends it as Ctrl+], which a browser
// drops (and RS, 0x1E, as Ctrl+^); here it becomes the character itself. Chinese input methods are kept out by
// reading the physical key, and by `lang`, `inputmode` and `autocapitalize` in the markup.
const CONTROL = { BracketRight: "\x1d", Digit6: "\x1e" };

export function keepSeparators(input) {
  input.addEventListener("keydown", (event) => {
    const character = event.ctrlKey && !event.altKey && !event.metaKey ? CONTROL[event.code] : undefined;
    const spoken = { GroupSeparator: "\x1d", "\x1d": "\x1d" }[event.key];
    if (!character && !spoken) return;
    event.preventDefault();
    input.setRangeText(character ?? spoken, input.selectionStart, input.selectionEnd, "end");
  });
}
