// A little help for pages that work without it: numbers that count down, pages that renew themselves, passkeys, and
// the moments of a case played one after the other.
"use strict";

(() => {
  const page = document.documentElement;
  const began = Date.now();
  let told = Date.parse(page.dataset.now);
  let asked = began;

  // The house's time, not the machine's: a demonstration may run faster, or stand.
  const now = () => told + (Date.now() - asked) * Number(page.dataset.rate);

  const left = (milliseconds) => {
    const seconds = Math.trunc(Math.abs(milliseconds) / 1000);
    const minutes = String(Math.trunc((seconds % 3600) / 60)).padStart(2, "0");
    const text = seconds >= 259200 ? `${Math.trunc(seconds / 86400)} d` : `${Math.trunc(seconds / 3600)}:${minutes}`;
    return milliseconds < 0 ? `+${text}` : text;
  };

  const count = () => {
    for (const each of document.querySelectorAll("[data-due]")) {
      const rest = Date.parse(each.dataset.due) - now();
      const text = left(rest);
      if (each.textContent.trim() !== text) each.textContent = text;
      each.classList.toggle("past", rest < 0);
    }
  };

  // A page that renews itself asks for itself again, in its viewer's rights, and takes over what is marked as live.
  // It waits while somebody types, has a list open or presses a button, and keeps the focus where it is, and what was
  // typed and not sent.
  const busy = () => {
    const at = document.activeElement;
    return at !== null && at.matches("input, textarea, select, button") && at.closest("[data-live]") !== null;
  };

  const changed = (field) => {
    if (!field.matches("select")) return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
  };

  const FIELD = "form :is(input:not([type=hidden]), textarea, select)";

  const typed = () => [...document.querySelectorAll(`[data-live] ${FIELD}`)].filter(changed);

  const keep = (field) => {
    const same = field.matches("[type=radio]") ? `[name="${field.name}"][value="${field.value}"]` : `[name="${field.name}"]`;
    const next = document.querySelector(`form[action="${field.form.getAttribute("action")}"] ${same}`);
    if (!next || (next.matches("select") && ![...next.options].some((each) => each.value === field.value))) return;
    next.value = field.value;
    next.checked = field.checked;
  };

  // What somebody is at is found again by what it is called: something may have come before it. What folds is called by
  // itself or by the time it tells, and its head after it.
  const called = (each) =>
    each.id || each.dataset.at || each.getAttribute("href") ||
    (each.matches("summary") ? called(each.parentElement) : each.querySelector("time")?.dateTime);

  const alike = ({ tag, name }) =>
    [...document.querySelectorAll(`[data-live] ${tag}`)].filter((each) => name && called(each) === name);

  const place = (element) => {
    const here = { tag: element.localName, name: called(element) };
    return { ...here, number: alike(here).indexOf(element) };
  };

  const opened = () => new Set([...document.querySelectorAll("details[open]")].map(called));

  const reopen = (open) => {
    for (const each of document.querySelectorAll("details")) if (called(each) && open.has(called(each))) each.open = true;
  };

  // What is read here is read as without a script, and what stands in it for that is not for this browser.
  const pageIn = (text) => {
    const read = new DOMParser().parseFromString(text, "text/html");
    for (const each of read.querySelectorAll("noscript")) each.remove();
    return read;
  };

  const renew = async () => {
    if (busy() || document.hidden) {
      stale = true;
      return;
    }
    stale = false;
    const answer = await fetch(location.href, {
      headers: { "Muster-Renewal": "1" },
      redirect: "manual",
      credentials: "same-origin",
      cache: "no-store",
    }).catch(() => null);
    if (answer === null || answer.status >= 500) return;
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      location.reload();
      return;
    }
    const fresh = pageIn(await answer.text());
    // Somebody may have begun meanwhile.
    if (busy()) {
      stale = true;
      return;
    }
    told = Date.parse(fresh.documentElement.dataset.now);
    asked = Date.now();
    const focus = place(document.activeElement);
    const written = typed();
    const open = opened();
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(old.id);
      if (next) old.replaceWith(document.adoptNode(next));
    }
    reopen(open);
    written.forEach(keep);
    alike(focus)[focus.number]?.focus({ preventScroll: true });
    count();
  };

  let stale = false;

  const watch = () => {
    const source = new EventSource("/live");
    source.addEventListener("changed", renew);
    source.addEventListener("over", () => location.reload());
    // What came while the line was down is not told again.
    let opened = false;
    source.addEventListener("open", () => {
      if (opened) renew();
      opened = true;
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 15000);
    });
    const again = () => stale && renew();
    document.addEventListener("visibilitychange", again);
    // Not under a finger that is on its way from a field to a button.
    document.addEventListener("focusout", () => setTimeout(again, 1000));
  };

  // Passkeys travel as text: bytes in base64 for addresses.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const used = (found) => ({
    authenticatorData: text(found.authenticatorData),
    clientDataJSON: text(found.clientDataJSON),
    signature: text(found.signature),
    userHandle: found.userHandle && text(found.userHandle),
  });

  const made = (found) => ({
    attestationObject: text(found.attestationObject),
    clientDataJSON: text(found.clientDataJSON),
  });

  const make = (options) => {
    options.user.id = bytes(options.user.id);
    for (const each of options.excludeCredentials ?? []) each.id = bytes(each.id);
    return navigator.credentials.create({ publicKey: options });
  };

  // A form with `data-makes` makes a passkey; any other shows one.
  const show = async (form) => {
    const makes = form.dataset.makes !== undefined;
    const body = new URLSearchParams({ form_token: form.elements.form_token.value });
    if (makes) body.set("invitation", form.elements.invitation.value);
    const answer = await fetch(form.dataset.passkey, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error("no options");
    const { options, challenge } = await answer.json();
    options.challenge = bytes(options.challenge);
    for (const each of options.allowCredentials ?? []) each.id = bytes(each.id);
    const found = await (makes ? make(options) : navigator.credentials.get({ publicKey: options }));
    form.elements.challenge.value = challenge;
    form.elements.credential.value = JSON.stringify({
      id: found.id,
      rawId: text(found.rawId),
      type: found.type,
      clientExtensionResults: found.getClientExtensionResults(),
      response: makes ? made(found.response) : used(found.response),
    });
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!("credentials" in navigator)) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.textContent = "";
      show(form).catch(() => {
        failed.textContent = failed.dataset.failed;
      });
    });
  }

  // Another language costs nothing that was typed: the page is asked for in it, and takes over what stands in the fields,
  // and the keys of the forms, so that none is done twice. Nothing is put by in the browser. A page with one form is
  // sent along with it, and comes back by itself.
  const inLanguage = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) {
      button.disabled = false;
      return;
    }
    const fresh = pageIn(await answer.text());
    const fields = [...document.querySelectorAll(`main ${FIELD}, main form input[name=key]`)];
    const open = opened();
    page.lang = fresh.documentElement.lang;
    document.title = fresh.title;
    document.body.replaceChildren(...fresh.body.childNodes);
    reopen(open);
    fields.forEach(keep);
    count();
  };

  document.addEventListener("submit", (event) => {
    const written = document.querySelector("#problems") || [...document.querySelectorAll(`main ${FIELD}`)].some(changed);
    if (event.target.dataset.languages === undefined || !event.submitter?.name || !written) return;
    event.preventDefault();
    inLanguage(event.target, event.submitter);
  });

  // What a link carries behind its `#` goes into the form, and out of the address and the history.
  const field = document.querySelector("[data-from-address]");
  if (field && location.hash.length > 1) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }

  // A page of the past: the arrow keys go the ways of its bar.
  const way = (rel) => document.querySelector(`.then-bar a[rel=${rel}]`);

  // What its head has folded on a phone: a desk whose browser cannot show it by style alone has it open from here.
  const rest = document.querySelector(".then-rest");
  if (rest && !CSS.supports("selector(::details-content)")) rest.open = matchMedia("(min-width: 48.0625rem)").matches;

  addEventListener("keydown", (event) => {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!rel || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || playing) return;
    if (event.target.closest?.("input, textarea, select, .scroll")) return;
    way(rel)?.click();
  });

  // The slider says where it would go, and goes there once it is let go of, or left alone by the keyboard.
  let sliding = 0;
  const slider = (event) => event.target.closest?.("[data-slider] input[type=range]");
  const sayStep = (range) => {
    const stop = range.list?.options[range.value - 1]?.label ?? "";
    range.form.querySelector("output").textContent = stop;
    range.setAttribute("aria-valuetext", stop);
  };
  document.addEventListener("input", (event) => {
    const range = slider(event);
    if (range) sayStep(range);
  });
  document.addEventListener("change", (event) => {
    const range = slider(event);
    if (!range) return;
    clearTimeout(sliding);
    sliding = setTimeout(() => range.form.requestSubmit(), 800);
  });

  // Playing goes on by itself: each page of the next event takes the place of the one before, where the reader is. It
  // stops at the last, at any key, when nobody looks, and is not offered to whoever asks for less motion. As nobody
  // asks for each page, it keeps no session from locking.
  let playing = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const stop = (said) => {
    if (!playing) return;
    clearTimeout(playing);
    playing = 0;
    const player = document.querySelector("[data-player]");
    if (!player) return;
    player.querySelector("button").textContent = player.dataset.play;
    player.querySelector("[role=status]").textContent = said ? player.dataset[said] : "";
  };

  const ASKED = ".then-more, .then-eyes";
  const PLAYED = [".then-bar", ".then-ways", ".then-line", ".then-more", ".then-eyes", "main"];

  const goOn = async () => {
    const next = way("next");
    if (!next) return stop("ended");
    const answer = await fetch(next.href, {
      headers: { "Muster-Renewal": "1" },
      redirect: "manual",
      credentials: "same-origin",
      cache: "no-store",
    }).catch(() => null);
    // Somebody may have stopped it meanwhile.
    if (!playing) return;
    if (answer === null || !answer.ok) return answer?.type === "opaqueredirect" ? location.reload() : stop("stopped");
    const fresh = pageIn(await answer.text());
    for (const part of PLAYED) {
      const [old, instead] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && instead?.matches(ASKED)) instead.open = old.open;
      if (old && instead) old.replaceWith(document.adoptNode(instead));
    }
    document.title = fresh.title;
    told = Date.parse(fresh.documentElement.dataset.now);
    page.dataset.now = fresh.documentElement.dataset.now;
    history.replaceState(null, "", next.href);
    const player = document.querySelector("[data-player]");
    player.querySelector("[role=status]").textContent = document.querySelector(".then-bar > p").innerText;
    offer();
    wait();
  };

  const wait = () => {
    const pace = Number(document.querySelector("[data-player] select").value);
    playing = setTimeout(() => goOn().catch(() => stop("stopped")), pace * 1000);
  };

  const offer = () => {
    const player = document.querySelector("[data-player]");
    if (player) player.hidden = still.matches;
    const range = document.querySelector("[data-slider] input[type=range]");
    if (range) sayStep(range);
    document.querySelector("[data-slider] button")?.setAttribute("hidden", "");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-player] button");
    if (!button) return;
    if (playing) return stop("stopped");
    const player = button.closest("[data-player]");
    player.dataset.play ??= button.textContent;
    button.textContent = player.dataset.stop;
    player.querySelector("[role=status]").textContent = player.dataset.playing;
    wait();
  });
  // The key that stops it does nothing else: on its own button it would begin again.
  addEventListener("keydown", (event) => {
    if (!playing) return;
    stop("stopped");
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // Whoever begins to ask something else of this moment is not taken to the next.
  document.addEventListener("focusin", (event) => event.target.closest?.(ASKED) && stop("stopped"));
  document.addEventListener("visibilitychange", () => document.hidden && stop("stopped"));
  still.addEventListener("change", () => {
    stop("stopped");
    offer();
  });
  offer();

  // What an address points at is seen, also where it is folded and the browser does not open it by itself.
  const reveal = () => {
    const at = document.getElementById(location.hash.slice(1));
    for (let fold = at?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    at?.scrollIntoView();
    if (at?.matches("input[type=range]")) at.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // A refused form: the first thing said is what is wrong.
  document.getElementById("problems")?.focus();

  // Enter twice sends once.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.dataset.passkey === undefined && button) setTimeout(() => (button.disabled = true), 0);
  });
  addEventListener("pageshow", () => {
    for (const each of document.querySelectorAll("button:disabled")) each.disabled = false;
  });

  // Leaving fast: the page is out of sight at once, and another takes its place in the history. Three times Shift and
  // nothing between: Escape means something to browsers and screen readers, five times Shift to Windows.
  const leave = document.querySelector("a[data-leave]");
  if (leave) {
    let pressed = [];
    const go = () => {
      document.documentElement.hidden = true;
      for (const form of document.forms) form.reset();
      location.replace(leave.href);
    };
    leave.addEventListener("click", (event) => {
      event.preventDefault();
      go();
    });
    addEventListener("keydown", (event) => {
      if (event.repeat) return;
      const since = event.timeStamp - 5000;
      pressed = event.key === "Shift" ? [...pressed.filter((at) => at > since), event.timeStamp] : [];
      if (pressed.length === 3) go();
    });
    // Whoever goes back finds no page that was kept as it was.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  count();
  setInterval(count, 5000);
  if (document.querySelector("[data-live]")) watch();
})();
