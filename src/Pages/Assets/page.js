// Keeps the page as it is on the server: when the feed says that something has changed, what differs is put in its place. Without this script the
// page renews itself whole every few seconds.
(() => {
  const feed = document.body.dataset.feed;
  const light = document.getElementById("live");
  if (!feed || !window.EventSource) return;
  let busy = false, again = false, ended = false, source = null;

  const open = (root) => new Set([...root.querySelectorAll("details[open]")].map((one) => one.querySelector("summary")?.textContent));

  const renew = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = document.querySelector("main"), then = next.querySelector("main");
      const opened = open(now);
      for (const one of then.querySelectorAll("details")) {
        if (opened.has(one.querySelector("summary")?.textContent)) one.open = true;
      }
      const old = [...now.children], fresh = [...then.children];
      fresh.forEach((one, i) => {
        // A button that is being pressed stays.
        if (old[i] && (old[i].isEqualNode(one) || old[i].contains(document.activeElement) && old[i].querySelector("button"))) return;
        if (old[i]) old[i].replaceWith(one); else now.append(one);
      });
      old.slice(fresh.length).forEach((one) => one.remove());
      document.body.dataset.version = next.body.dataset.version ?? "";
      if (!next.body.dataset.feed) { ended = true; source?.close(); light?.remove(); }
    } catch {
      light?.classList.add("off");
    } finally {
      busy = false;
      if (again) { again = false; renew(); }
    }
  };

  // A browser has six connections to a host, and a feed holds one for good: a page that nobody sees lets it go.
  const listen = () => {
    source = new EventSource(feed);
    source.addEventListener("changed", renew);
    // What happened between the page and the first word of the feed.
    source.addEventListener("now", (one) => { if (one.data && one.data !== document.body.dataset.version) renew(); });
    source.onopen = () => { light?.classList.remove("off"); if (light) light.textContent = "live"; };
    source.onerror = () => { light?.classList.add("off"); if (light) light.textContent = "no answer"; };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; }
    else if (!source && !ended) { listen(); renew(); }
  });
  if (!document.hidden) listen();
})();
