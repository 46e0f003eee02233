// Keys of the desk. Each presses a link or a button that the page has; without this file nothing is
// missing. Single keys can be switched off on the page (WCAG 2.1.4): this browser remembers it.
(() => {
  'use strict';
  const OFF = 'kiemtin-keys-off';
  const help = document.getElementById('keys');
  const box = document.getElementById('keys-on');
  if (!help || !box) return;

  // A browser may refuse to remember; then the choice holds for this page.
  const remembered = () => { try { return localStorage.getItem(OFF); } catch { return null; } };
  const remember = (off) => { try { localStorage.setItem(OFF, off ? '1' : ''); } catch { /* Not kept. */ } };

  help.hidden = false;
  box.checked = remembered() !== '1';
  box.addEventListener('change', () => remember(!box.checked));

  const items = [...document.querySelectorAll('[data-item]')];
  const current = () => items.find((it) => it.contains(document.activeElement));
  const find = (key, scope) => scope.querySelector(`[data-key="${key}"]`);

  const move = (step) => {
    const at = items.indexOf(current());
    const to = at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step;
    items[Math.max(0, Math.min(items.length - 1, to))]?.focus();
  };
  // In a list nothing is decided about an item that is not the one in focus.
  const press = (key) => {
    const scope = items.length ? current() : document.getElementById('main');
    if (!scope) return move(1);
    find(key, scope)?.click();
  };
  const aside = () => {
    const scope = items.length ? current() : document.getElementById('main');
    if (!scope) return move(1);
    const menu = find('d', scope);
    if (menu?.tagName === 'DETAILS') menu.open = true;
    (menu?.tagName === 'DETAILS' ? menu.querySelector('select') : menu)?.focus();
  };
  const search = () => {
    const field = document.querySelector('input[type=search]');
    if (field) field.focus(); else location.assign('/desk/search');
  };
  const explain = () => {
    help.open = true;
    help.querySelector('summary').focus();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => press('o'),
    a: () => press('a'),
    x: () => press('x'),
    d: aside,
    u: () => find('u', document)?.click(),
    '/': search,
    '?': explain,
  };
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.repeat && key !== 'j' && key !== 'k') return;
    if (target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')) return;
    // Enter opens the item itself; on a link or a button in it, it does what it always does.
    const deed = key === 'Enter' && items.includes(target) ? keys.o : keys[key];
    if (!deed || !Object.hasOwn(keys, key === 'Enter' ? 'o' : key)) return;
    event.preventDefault();
    deed();
  });
})();
