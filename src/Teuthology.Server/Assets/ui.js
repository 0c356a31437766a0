// Keys, colours, local times, and what is live. Pages work without it.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const two = (number) => String(number).padStart(2, "0");

  // Times in the viewer's zone; the UTC is in the title.
  const local = (root) => {
    for (const time of $$("time[datetime]:not([data-told])", root)) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
      const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
      time.textContent = time.dataset.only === "clock" ? clock : `${day} ${clock}`;
      time.dataset.told = "";
    }
  };
  const zone = $("#zone");
  if (zone) zone.textContent = `Times are in ${Intl.DateTimeFormat().resolvedOptions().timeZone}; hold the pointer over one for UTC.`;
  local(document);

  // Light or dark.
  const theme = $("#theme");
  const dark = () => document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const tellTheme = () => theme?.setAttribute("aria-pressed", String(dark()));
  theme?.addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* it holds for this page then */ }
    tellTheme();
  });
  tellTheme();

  // Keys: / searches, j and k walk the rows, Enter opens, ? tells, Escape leaves.
  const help = $("#keys");
  $("#keys-button")?.addEventListener("click", () => help.showModal());
  $("#keys-close")?.addEventListener("click", () => help.close());
  const rows = () => $$("[data-rows] > tr:not([hidden])");
  let at = null;
  const go = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const index = all.indexOf(at);
    at?.classList.remove("at");
    at = all[index < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, index + step))];
    at.classList.add("at");
    const link = $("a", at);
    (link ?? at).focus({ preventScroll: true });
    at.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape") {
      if (typing) event.target.blur();
      at?.classList.remove("at");
      at = null;
      return;
    }
    if (typing || event.ctrlKey || event.altKey || event.metaKey || help?.open) return;
    const act = {
      "/": () => { const box = $("[data-search]"); box?.focus(); box?.select?.(); },
      j: () => go(1),
      k: () => go(-1),
      "?": () => help?.showModal(),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  // Rows that hold the text; the server's own filters stay in force. The box may be in a part of the page that is replaced.
  const narrow = () => {
    const wanted = ($("[data-narrow]")?.value ?? "").toLowerCase();
    for (const row of $$("[data-rows] > tr")) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-narrow]")) narrow();
  });

  // Copies a command. Browsers give the clipboard to https and to this host alone: elsewhere the text is selected, and copied the old way where they still can.
  const copy = async (text, source) => {
    if (navigator.clipboard && isSecureContext) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // Not allowed: the other way then.
      }
    }
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    button.textContent = await copy(source.textContent, source) ? "Copied" : "Selected: press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 3000);
  });

  // Parts of a page that change: told by the server that they did, the page is asked for them again.
  const sign = $("#live");
  const tell = (on, text) => {
    if (!sign) return;
    sign.className = `live js ${on ? "on" : "off"}`;
    sign.textContent = text;
  };
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of $$("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;

      // What the viewer opened, wrote, scrolled and walked to stays.
      const open = $$("details[open][id]", part).map((each) => each.id);
      const focus = part.contains(document.activeElement) ? document.activeElement : null;
      const held = focus?.getAttribute("href");
      const row = part.contains(at) ? $("a", at)?.getAttribute("href") : null;
      const aside = $$(".wide", part).map((each) => each.scrollLeft);
      const box = $("[data-narrow]", part);
      const typed = box && [box.value, box === focus ? [box.selectionStart, box.selectionEnd] : null];
      part.replaceChildren(...fresh.childNodes);
      local(part);
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      $$(".wide", part).forEach((each, index) => { each.scrollLeft = aside[index] ?? 0; });
      const next = typed && $("[data-narrow]", part);
      if (next) {
        next.value = typed[0];
        if (typed[1]) {
          next.focus({ preventScroll: true });
          next.setSelectionRange(...typed[1]);
        }
      }
      if (held) $(`a[href="${CSS.escape(held)}"]`, part)?.focus({ preventScroll: true });
      if (row) {
        at = $(`[data-rows] a[href="${CSS.escape(row)}"]`, part)?.closest("tr") ?? null;
        at?.classList.add("at");
      }
    }
    narrow();
  };

  // A browser has few connections to a server: a page that nobody looks at gives its own back, and goes on where it was.
  const watch = (address, events) => {
    let source = null, last = null, over = false;
    const begin = () => {
      if (source || over) return;
      const from = new URL(address, location.href);
      if (last !== null) from.searchParams.set("since", last);
      source = new EventSource(from);
      source.addEventListener("open", () => tell(true, "live"));
      source.addEventListener("error", () => tell(false, "not connected; trying again"));
      for (const [name, act] of Object.entries(events)) {
        source.addEventListener(name, (event) => {
          last = event.lastEventId;
          act(event);
        });
      }
      source.addEventListener("end", () => {
        over = true;
        stop();
      });
    };
    const stop = () => {
      source?.close();
      source = null;
    };
    document.addEventListener("visibilitychange", () => document.hidden ? stop() : begin());
    addEventListener("pagehide", stop);
    addEventListener("pageshow", begin);
    begin();
  };

  const feed = document.body.dataset.feed;
  if (feed) {
    // One at a time: an answer that is under way may be older than the change.
    let due = null, asking = false, again = false;
    const soon = () => {
      due ??= setTimeout(async () => {
        due = null;
        asking = true;
        await refresh().catch(() => tell(false, "the page could not be read again"));
        asking = false;
        if (again) soon();
        again = false;
      }, 300 + Math.random() * 700);
    };
    watch(feed, { change: () => {
      if (asking) again = true;
      else soon();
    } });
  }

  // A log that grows.
  const log = $("#log");
  if (log) {
    const list = $("ol", log);
    const find = $("#find"), host = $("#host"), hits = $("#hits");
    const most = 20000;
    const shown = (line) => {
      const text = (find?.value ?? "").toLowerCase();
      const from = host?.value ?? "*";
      const fits = from === "*" || (line.dataset.host ?? "") === from;
      const hit = text !== "" && line.textContent.toLowerCase().includes(text);
      line.classList.toggle("off", !fits || (text !== "" && !hit));
      line.classList.toggle("hit", hit);
      return hit;
    };
    const all = () => {
      const count = [...list.children].filter(shown).length;
      if (hits) hits.textContent = (find?.value ?? "") === "" ? "" : `${count} lines of those shown`;
    };
    find?.addEventListener("input", all);
    host?.addEventListener("change", all);
    const piece = (line, kind, text) => {
      if (text === "") return;
      const span = document.createElement("span");
      span.className = kind;
      span.textContent = text;
      line.append(span, " ");
    };
    const add = ([time, level, from, stream, text]) => {
      const line = document.createElement("li");
      line.dataset.host = from;
      if (time !== "") {
        const at = document.createElement("time");
        at.dateTime = time;
        at.title = `${time.slice(0, 19).replace("T", " ")} UTC`;
        at.dataset.only = "clock";
        const place = document.createElement("span");
        place.className = "w";
        place.append(at);
        line.append(place, " ");
      }
      piece(line, "h", from);
      piece(line, "w", stream);
      const said = document.createElement("span");
      if (level !== "") said.className = `l-${level}`;
      said.textContent = text;
      line.append(said);
      shown(line);
      if (from !== "" && host && ![...host.options].some((option) => option.value === from)) host.add(new Option(from, from));
      return line;
    };
    if (log.dataset.feed) {
      watch(log.dataset.feed, {
        lines: (event) => {
          const end = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
          const fresh = document.createDocumentFragment();
          fresh.append(...JSON.parse(event.data).map(add));
          local(fresh);
          list.append(fresh);
          while (list.childElementCount > most) list.firstElementChild.remove();
          if (end) log.scrollTop = log.scrollHeight;
        },
        again: () => list.replaceChildren(),
        end: () => tell(false, "the job has ended: this is all of its log"),
      });
    }
    if ("end" in log.dataset && location.hash === "") log.scrollTop = log.scrollHeight;
  }
})();
