// Three answers, told apart with closed eyes: done rises, refused is low and twice, unknown is one plain tone.
let context = null;

const TUNES = {
  done: [[880, 0, 0.08], [1320, 0.09, 0.12]],
  refused: [[196, 0, 0.22], [165, 0.26, 0.34]],
  unknown: [[440, 0, 0.3]],
};

export function wakeSound() {
  const wake = () => {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) return;
    context ??= new Context();
    if (context.state === "suspended") context.resume();
  };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, { once: true });
}

export function play(answer) {
  const tune = TUNES[answer];
  if (!tune || !context || context.state !== "running") return;
  for (const [pitch, start, length] of tune) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = context.currentTime + start;
    tone.type = answer === "refused" ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + length);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}
