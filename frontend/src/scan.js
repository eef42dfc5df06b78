// The scan bar. Whatever is scanned goes into a queue with a key of its own and is sent in order; a lost connection
// keeps it there, also over a reload, and the repeat carries the same key, so nothing happens twice. Three answers:
// done, refused, unknown, each with word, colour and sound.
import { announce, wordsOf } from "./announce.js";
import { showNoAnswer } from "./answers.js";
import { report } from "./connection.js";
import { newKey } from "./keys.js";
import { keepSeparators } from "./separators.js";
import { play, wakeSound } from "./sounds.js";

const AGAIN_AFTER = [500, 1000, 2000, 5000];
const READING = "input, textarea, select, button, a, summary, [contenteditable]";

export function startScanBars(root) {
  for (const form of root.querySelectorAll("form[data-scan]")) {
    if (form.dataset.started !== undefined) continue;
    form.dataset.started = "";
    new ScanBar(form);
  }
}

class ScanBar {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[name=code]");
    this.answers = document.getElementById(form.dataset.scan);
    this.answers.addEventListener("htmx:afterRequest", ({ detail }) => { // a refused scan that was confirmed
      if (detail.successful) this.forget(detail.requestConfig.formData);
    });
    this.memory = `scans:${document.body.dataset.person}:${form.action}`; // never sent under another person's name
    this.queue = JSON.parse(sessionStorage.getItem(this.memory) ?? "[]");
    this.sending = false;
    keepSeparators(this.input);
    wakeSound();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(this.input.value);
    });
    form.addEventListener("scanned", (event) => this.take(event.detail));
    form.querySelector("[data-keyboard]")?.addEventListener("click", () => this.showKeyboard());
    form.querySelector("[data-camera]")?.addEventListener("click", async () => {
      const camera = await import("./camera.js");
      camera.open(form);
    });
    if (form.dataset.keep !== undefined) this.keepFocus();
    if (this.queue.length) this.send();
  }

  showKeyboard() {
    this.input.inputMode = "text";
    this.input.blur();
    this.input.focus();
  }

  // The field stays in focus unless somebody really uses another control; keys typed at nothing go to the field.
  keepFocus() {
    const back = () => {
      const current = document.activeElement;
      if (document.querySelector("dialog[open]")) return;
      if (!current || current === document.body || current === document.documentElement) this.focus();
    };
    this.focus();
    this.input.addEventListener("blur", () => setTimeout(back, 150));
    document.addEventListener("pointerup", () => setTimeout(back, 300));
    document.addEventListener("visibilitychange", back);
    document.addEventListener("keydown", (event) => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest(READING) || document.querySelector("dialog[open]")) return;
      this.focus();
    });
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  take(code) {
    const words = code.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    this.input.value = "";
    if (!words) return;
    const fields = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string");
    const body = new URLSearchParams(fields);
    body.set("code", words);
    body.set("key", newKey());
    this.queue.push(body.toString());
    this.remember();
    if (!this.sending) this.send();
  }

  // What was said about one scan (data-once) does not hold for the next. After a refusal it stays, and so does what was
  // typed for the next scan while this one was on its way.
  forget(sent) {
    for (const field of this.form.elements) {
      if ("once" in field.dataset && field.value === sent.get(field.name)) field.value = "";
    }
  }

  remember() {
    sessionStorage.setItem(this.memory, JSON.stringify(this.queue));
    report({ waiting: this.queue.length });
  }

  async send() {
    this.sending = true;
    let tries = 0;
    while (this.queue.length) {
      let answer;
      this.form.setAttribute("aria-busy", "true");
      try {
        const body = new URLSearchParams(this.queue[0]);
        answer = await fetch(this.form.action, { method: "POST", body, headers: { "HX-Request": "true", "X-Scan": "1" } });
        if (answer.status >= 502 && answer.status <= 504) throw new TypeError("no server behind the proxy");
      } catch {
        report({ reachable: false });
        if (tries === 0) showNoAnswer(this.answers);
        await new Promise((done) => setTimeout(done, AGAIN_AFTER[Math.min(tries, AGAIN_AFTER.length - 1)]));
        tries += 1;
        continue;
      }
      tries = 0;
      report({ reachable: true });
      if (answer.status === 401) { // the session ended: the scan stays in the queue until somebody signs in here again
        await this.show(answer);
        break;
      }
      if (answer.ok) this.forget(new URLSearchParams(this.queue[0]));
      this.queue.shift();
      this.remember();
      await this.show(answer);
    }
    this.form.removeAttribute("aria-busy");
    this.sending = false;
  }

  async show(answer) {
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) {
      location.assign(elsewhere);
      return;
    }
    const trigger = answer.headers.get("HX-Trigger");
    htmx.swap(this.answers, await answer.text(), { swapStyle: "innerHTML" });
    const card = this.answers.querySelector("[data-answer]");
    const kind = card?.dataset.answer ?? (answer.ok ? "done" : "refused");
    this.form.dataset.last = kind;
    play(kind);
    announce(wordsOf(card ?? this.answers));
    if (trigger) for (const name of trigger.split(",")) htmx.trigger(document.body, name.trim());
    if (this.form.dataset.keep !== undefined) this.focus();
  }
}
