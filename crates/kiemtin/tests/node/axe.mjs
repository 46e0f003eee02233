// axe-core on one page of every kind, light and dark, as a phone and a desktop show it. Pages are
// found by following links: two that differ only in numbers are of one kind.

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// More kinds than there are.
const KINDS_MAX = 120;

// Pages that only a form shows: where the form is, and what is typed there.
const SENT = (asked) => [
  ['search', '#q', asked],
  ['search', '#q', 'kjhgfd qwertz'],
  ['tip', '#text', ' '],
  ['tip', '#text', 'Nghe nói tối nay mất điện cả thành phố'],
  ['receipt', '#words', 'one two'],
];

const kind = (path) => path.split(/[?#]/)[0].replace(/\/[a-z-]*\d[\w-]*/g, '/n');

// The paths of one page of each kind. A page in English is of the kind of its Vietnamese one.
async function kinds(page, address) {
  const found = new Map();
  const next = ['/vi'];
  while (next.length && found.size < KINDS_MAX) {
    const path = next.shift();
    if (!/^\/vi(\/|$)/.test(path) || found.has(kind(path))) continue;
    const response = await page.request.get(address + path);
    if (!(response.headers()['content-type'] || '').startsWith('text/html')) continue;
    found.set(kind(path), path);
    const links = (await response.text()).matchAll(/href="(\/[^"#]*)/g);
    next.push(...[...links].map((it) => it[1].replaceAll('&#38;', '&').replaceAll('&amp;', '&')));
  }
  return [...found.values(), '/vi/c/999999', '/en', '/en/c/1', '/en/tip'];
}

async function looks(page, where, { screens, source, complain }) {
  await page.addScriptTag({ path: source });
  for (const colorScheme of ['light', 'dark']) {
    // In the dark only colours differ, and they do not change with the width.
    for (const viewport of colorScheme === 'dark' ? screens.slice(0, 1) : screens) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const found = await page.evaluate(
        (values) => window.axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
          .then((it) => it.violations.map(({ id, help, nodes }) => ({
            id, help, nodes: nodes.map((node) => `${node.html.slice(0, 160)} (${node.any.concat(node.all).map((one) => one.message).join('; ')})`),
          }))),
        TAGS,
      );
      for (const { id, help, nodes } of found) {
        complain(`axe, ${where}, ${colorScheme}, ${viewport.width}`, `${id}: ${help}: ${nodes.slice(0, 3).join(' | ')}`);
      }
    }
  }
}

export async function check(browser, { address, asked, ...how }) {
  // The site allows no script: what looks at it from outside has to be let in.
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  for (const path of await kinds(page, address)) {
    await page.goto(address + path);
    await looks(page, path, how);
  }
  for (const [form, field, typed] of SENT(asked)) {
    await page.goto(`${address}/vi/${form}`);
    await page.fill(field, typed);
    await Promise.all([page.waitForEvent('load'), page.click('main form button[type=submit]')]);
    await looks(page, `${form} with ${JSON.stringify(typed)}`, how);
  }
  await context.close();
}
