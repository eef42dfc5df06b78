// Reading a code without a scanner: live camera where the page is served over HTTPS, else a photo. The picture is
// decoded in the browser; the symbol's identifier (]C1, ]d2 ...) goes in front, as a good scanner would send it.
import { prepareZXingModule, readBarcodes } from "./zxing/reader/index.js";

const FORMATS = ["Code128", "DataMatrix", "QRCode", "EAN13", "ITF"];

prepareZXingModule({ overrides: { locateFile: (name) => new URL(`./zxing/${name}`, import.meta.url).href } });

async function decode(picture) {
  const found = await readBarcodes(picture, { formats: FORMATS, tryHarder: true, textMode: "Plain", maxNumberOfSymbols: 1 });
  const code = found.find((symbol) => symbol.isValid);
  return code ? `${code.symbologyIdentifier ?? ""}${code.text}` : null;
}

function hand(form, code) {
  form.dispatchEvent(new CustomEvent("scanned", { detail: code }));
}

export function open(form) {
  if (window.isSecureContext && navigator.mediaDevices?.getUserMedia) live(form);
  else photo(form);
}

function photo(form) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.capture = "environment";
  input.addEventListener("change", async () => {
    const code = input.files[0] ? await decode(input.files[0]) : null;
    if (code) hand(form, code);
    else form.querySelector("[data-camera-words]").hidden = false;
  });
  form.querySelector("[data-camera-words]").hidden = true;
  input.click();
}

async function live(form) {
  const dialog = form.parentElement.querySelector("dialog[data-viewfinder]");
  const video = dialog.querySelector("video");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch {
    photo(form);
    return;
  }
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  video.srcObject = stream;
  dialog.showModal();
  await video.play();
  while (dialog.open) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (canvas.width) {
      pen.drawImage(video, 0, 0);
      const code = await decode(pen.getImageData(0, 0, canvas.width, canvas.height));
      if (code) {
        dialog.close();
        hand(form, code);
      }
    }
    await new Promise((done) => setTimeout(done, 120));
  }
  for (const track of stream.getTracks()) track.stop();
  video.srcObject = null;
}
