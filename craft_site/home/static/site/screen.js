// The big screen: eight rows a page, the next page after 12 s, a key or the button pauses; new versions are fetched
// now and then, and when the network drops the last picture stays with its time.
const screen = document.querySelector(".screen[data-screen]");
if (screen) {
  const perPage = Number(screen.dataset.rows || 8);
  let page = 0, paused = false;
  const rows = () => [...screen.querySelectorAll("tbody tr")];
  const show = () => {
    const all = rows(), pages = Math.max(1, Math.ceil(all.length / perPage));
    page %= pages;
    all.forEach((row, n) => { row.hidden = Math.floor(n / perPage) !== page; });
    const where = screen.querySelector("[data-page]");
    if (where) where.textContent = `${page + 1} / ${pages}`;
  };
  const toggle = () => {
    paused = !paused;
    screen.querySelector("[data-pause]")?.setAttribute("aria-pressed", String(paused));
  };
  const refresh = async () => {
    const stale = screen.querySelector("[data-stale]");
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const body = fresh.querySelector(".screen tbody");
      if (body) { screen.querySelector("tbody")?.replaceWith(body); show(); }
      if (stale) stale.hidden = true;
    } catch {
      if (stale) stale.hidden = false;
    }
  };
  screen.querySelector("[data-pause]")?.addEventListener("click", toggle);
  addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); toggle(); }
    if (event.key === "ArrowRight") { page += 1; show(); }
    if (event.key === "ArrowLeft") { page = Math.max(0, page - 1); show(); }
  });
  show();
  setInterval(() => { if (!paused) { page += 1; show(); } }, 12000);
  setInterval(refresh, 60000);
}
