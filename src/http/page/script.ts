/**
 * What the page does beyond plain HTML, inlined; its hash is in the policy of every answer. It fetches the page that
 * it is on and swaps the parts marked `data-live` in place, so that filter, scroll position, open details, focus and
 * a selection being copied survive. It writes no HTML of its own: names reach the document only through the server's
 * escaping and the parser.
 */
export const SCRIPT = `
'use strict';
(() => {
  const periodMs = Math.max(1, Number(document.body.dataset.refreshSeconds) || 15) * 1000;
  const offline = document.getElementById('offline');
  let loadedAt = performance.now();
  let answeredAt = new Date();
  let inFlight = null;
  let timer = 0;

  const human = s => {
    if (s < 60) return Math.floor(s) + ' s';
    const min = Math.floor(s / 60);
    if (min < 60) return min + ' min';
    const h = Math.floor(min / 60);
    if (h < 24) return h + ' h' + (min % 60 ? ' ' + (min % 60) + ' min' : '');
    return Math.floor(h / 24) + ' d' + (h % 24 ? ' ' + (h % 24) + ' h' : '');
  };
  const tick = () => {
    const passed = (performance.now() - loadedAt) / 1000;
    for (const el of document.querySelectorAll('[data-age]')) {
      const text = human(Number(el.dataset.age) + passed);
      if (el.textContent !== text) el.textContent = text;
    }
  };

  const place = el => el && (el.id ? '#' + CSS.escape(el.id)
    : el.matches('a[href]') ? 'a[href="' + CSS.escape(el.getAttribute('href')) + '"]' : null);
  const swap = (old, fresh) => {
    const selection = getSelection();
    if (selection && !selection.isCollapsed && old.contains(selection.anchorNode)) return;
    const wasOpen = new Map([...old.querySelectorAll('details[id]')].map(d => [d.id, d.open]));
    const scrolled = [...old.querySelectorAll('.scroll')].map(s => s.scrollLeft);
    for (const d of fresh.querySelectorAll('details[id]')) if (wasOpen.has(d.id)) d.open = wasOpen.get(d.id);
    if (old.innerHTML === fresh.innerHTML) return;
    const focused = old.contains(document.activeElement) ? place(document.activeElement) : null;
    old.replaceChildren(...fresh.childNodes);
    [...old.querySelectorAll('.scroll')].forEach((s, i) => { s.scrollLeft = scrolled[i] || 0; });
    if (focused) old.querySelector(focused)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    clearTimeout(timer);
    inFlight?.abort();
    const mine = inFlight = new AbortController();
    const deadline = setTimeout(() => mine.abort(), 10000);
    try {
      const answer = await fetch(location.href, { cache: 'no-store', signal: mine.signal });
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, 'text/html');
      const parts = [...fresh.querySelectorAll('[data-live]')];
      if (parts.length === 0) {
        if (answer.status >= 500) throw new Error('status ' + answer.status);
        offline.textContent = text;
        offline.hidden = false;
        return;
      }
      for (const part of parts) {
        const old = document.getElementById(part.id);
        if (old) swap(old, document.importNode(part, true));
      }
      document.title = fresh.title;
      loadedAt = performance.now();
      answeredAt = new Date();
      offline.hidden = true;
    } catch (error) {
      if (inFlight !== mine) return;
      offline.textContent = 'The exporter has not answered since ' + answeredAt.toLocaleTimeString() + '. What is shown is from then.';
      offline.hidden = false;
    } finally {
      clearTimeout(deadline);
      if (inFlight === mine) {
        inFlight = null;
        tick();
        timer = setTimeout(() => { if (!document.hidden) refresh(); }, periodMs);
      }
    }
  };

  const go = (url, push) => {
    history[push ? 'pushState' : 'replaceState'](null, '', url);
    refresh();
  };
  for (const form of document.querySelectorAll('form[data-filter]')) {
    const target = () => {
      const url = new URL(location.href);
      for (const [name, value] of new FormData(form)) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
      url.searchParams.delete('page');
      return url;
    };
    let typing = 0;
    form.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => go(target(), false), 150); });
    form.addEventListener('submit', event => { event.preventDefault(); clearTimeout(typing); go(target(), false); });
    form.querySelector('button')?.setAttribute('hidden', '');
  }
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a[data-soft]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href, true);
  });
  addEventListener('popstate', () => {
    for (const input of document.querySelectorAll('form[data-filter] input[type=search]')) {
      input.value = new URL(location.href).searchParams.get(input.name) || '';
    }
    refresh();
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
  setInterval(tick, 1000);
  timer = setTimeout(refresh, periodMs);
})();
`
