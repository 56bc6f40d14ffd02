// Help for fields in which a number is read from a label: a scanner that types works without any of this. Where the browser
// reads codes itself, the camera does too; and a photograph's SHA-256 is reckoned here, so that the picture goes nowhere.
(() => {
  "use strict";

  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };

  // A scanner ends with Enter, which must not send a form of several fields half filled in.
  for (const place of document.querySelectorAll("[data-scan]")) {
    const field = place.querySelector("input");
    field.addEventListener("keydown", (event) => {
      const fields = [...field.form.querySelectorAll("input:not([type=hidden]), textarea, select")];
      const next = fields[fields.indexOf(field) + 1];
      if (event.key !== "Enter" || !next) return;
      event.preventDefault();
      next.focus();
    });
    if ("BarcodeDetector" in window && navigator.mediaDevices) place.append(button(place.dataset.scan, () => scan(place, field)));
  }

  async function scan(place, field) {
    if (place.querySelector("video")) return;
    const told = document.createElement("p");
    told.className = "hint";
    told.setAttribute("role", "status");
    place.append(told);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      told.textContent = place.dataset.noCamera;
      return;
    }
    const video = document.createElement("video");
    video.setAttribute("playsinline", "");
    video.muted = true;
    video.srcObject = stream;
    told.textContent = place.dataset.scanning;
    let open = true;
    const stop = button(place.dataset.stop, () => end());
    const end = () => {
      open = false;
      for (const track of stream.getTracks()) track.stop();
      for (const each of [video, told, stop]) each.remove();
      field.focus();
    };
    place.append(video, stop);
    await video.play();
    const detector = new BarcodeDetector({ formats: ["code_128", "qr_code"] });
    const look = async () => {
      if (!open) return;
      const found = await detector.detect(video).catch(() => []);
      if (open && found.length) {
        field.value = found[0].rawValue;
        end();
      } else setTimeout(look, 200);
    };
    look();
  }

  for (const place of document.querySelectorAll("[data-hashes]")) {
    if (!window.crypto || !crypto.subtle) continue;
    const field = place.querySelector("input");
    const chosen = document.createElement("input");
    chosen.type = "file";
    chosen.accept = "image/*";
    chosen.setAttribute("aria-label", place.dataset.hashes);
    chosen.addEventListener("change", async () => {
      const picture = chosen.files[0];
      if (!picture) return;
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await picture.arrayBuffer()));
      field.value = [...digest].map((each) => each.toString(16).padStart(2, "0")).join("");
    });
    place.append(chosen);
  }
})();
