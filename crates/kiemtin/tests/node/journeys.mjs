// A reader's journeys in Chromium, and axe-core on one page of every kind:
// `node journeys.mjs ADDRESS BROWSER PICTURE ASKED`. Prints a line for each thing that is wrong.
//
// Journeys use the keyboard alone, in pages whose JavaScript is off. What the script itself looks at
// runs in a world of its own, which that does not touch.

import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { check } from './axe.mjs';

const [address, executablePath, picture, asked] = process.argv.slice(2);
const LANGS = ['vi', 'en'];
const SCREENS = [{ width: 375, height: 700 }, { width: 1280, height: 900 }];
// 1280 pixels at 400 %: WCAG 1.4.10.
const NARROWEST = { width: 320, height: 256 };
// More stops than any page has before its main part ends.
const STOPS_MAX = 150;

const complain = (where, what) => {
  console.log(`${where}: ${what}`);
  process.exitCode = 1;
};

// What every page is looked at for, wherever a journey comes by.
async function looks(page, where, lang) {
  const seen = await page.evaluate(() => {
    const root = document.documentElement;
    return {
      lang: root.lang,
      title: document.title,
      n_h1: document.querySelectorAll('h1').length,
      over: root.scrollWidth - root.clientWidth,
      ordered: document.querySelectorAll('[tabindex]:not([tabindex="0"], [tabindex="-1"])').length,
    };
  });
  if (seen.lang !== lang) complain(where, `its language is ${seen.lang}`);
  if (!seen.title) complain(where, 'it has no title');
  if (seen.n_h1 !== 1) complain(where, `${seen.n_h1} h1`);
  if (seen.over > 0) complain(where, `scrolls sideways by ${seen.over} pixels`);
  if (seen.ordered) complain(where, 'an element is out of the order of the page');
  const size = page.viewportSize();
  await page.setViewportSize(NARROWEST);
  const over = await page.evaluate(() => {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });
  if (over > 0) complain(where, `scrolls sideways by ${over} pixels at 400 %`);
  await page.setViewportSize(size);
}

// What has the focus: whether a person sees that, and whether it is the element that is wanted.
const focused = (page, wanted) => page.evaluate((wanted) => {
  const it = document.activeElement;
  const style = getComputedStyle(it);
  const box = it.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const drawn = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== 'none';
  return {
    is: it.matches(wanted),
    name: `${it.tagName.toLowerCase()}${it.id ? `#${it.id}` : ''} ${it.textContent.trim().slice(0, 30)}`,
    body: it === document.body,
    drawn,
    hidden: box.width === 0 || box.height === 0 || top === null
      || !(it.contains(top) || top.contains(it) || (it.labels && [...it.labels].some((l) => l.contains(top)))),
  };
}, wanted);

// Goes on by Tab until something has the focus.
async function tab_to(page, where, wanted) {
  for (let n = 0; n < STOPS_MAX; n += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page, wanted);
    if (at.body) continue;
    if (!at.drawn) complain(where, `the focus on ${at.name} is not seen`);
    if (at.hidden) complain(where, `${at.name} has the focus and is hidden`);
    if (at.is) return;
  }
  throw new Error(`${where}: no Tab leads to ${wanted}`);
}

async function enter(page) {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function says(page, where, selector) {
  if (await page.locator(selector).count() === 0) {
    const text = (await page.locator('main').innerText()).slice(0, 200);
    throw new Error(`${where}: there is no ${selector}: ${text}`);
  }
}

// A form that was sent wrong: the summary is read out at once, leads to the field, and that says why.
async function is_told(page, where, field) {
  const at = await focused(page, '.error-summary[role=alert]');
  if (!at.is) complain(where, `the focus is on ${at.name} and not on what is wrong`);
  await tab_to(page, where, `.error-summary a[href="#${field}"]`);
  await page.keyboard.press('Enter');
  const then = await focused(page, `#${field}`);
  if (!then.is) complain(where, `the link in the summary leads to ${then.name}`);
  const why = await page.evaluate((field) => {
    const it = document.getElementById(field);
    const ids = (it.getAttribute('aria-describedby') || '').split(' ');
    return it.getAttribute('aria-invalid') === 'true' && ids.includes(`${field}-error`)
      && document.getElementById(`${field}-error`) !== null;
  }, field);
  if (!why) complain(where, `#${field} does not say what is wrong`);
}

async function skips(page, where) {
  await page.keyboard.press('Tab');
  const at = await focused(page, '.skip');
  if (!at.is || at.hidden) return complain(where, 'the first stop is no link to the main part');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const then = await focused(page, 'main *');
  if (!then.is) complain(where, `the link to the main part leads before ${then.name}`);
}

const JOURNEYS = {
  // Asks, and reads the answer with its evidence.
  async search(page, where, lang) {
    await page.goto(`${address}/${lang}`);
    await looks(page, where, lang);
    await skips(page, where);
    await page.goto(`${address}/${lang}`);
    await tab_to(page, where, '#q');
    await page.keyboard.type('?');
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await is_told(page, `${where}, no words`, 'q');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(asked);
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await looks(page, `${where}, found`, lang);
    await says(page, where, 'mark');
    await tab_to(page, where, 'main a[href*="/c/1"]');
    await enter(page);
    await looks(page, `${where}, answer`, lang);
    await says(page, where, '#evidence');
    await tab_to(page, where, 'ul.sources a[href^="https://"]');
  },

  // Sends a tip, and comes back with the receipt.
  async tip(page, where, lang) {
    await page.goto(`${address}/${lang}/tip`);
    await looks(page, where, lang);
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await looks(page, `${where}, empty`, lang);
    await is_told(page, `${where}, empty`, 'text');
    await page.keyboard.type('Nghe nói sáng mai cả phường bị cắt nước ba ngày');
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await comes_back(page, where, lang);
  },

  // The same with a picture.
  async picture(page, where, lang) {
    await page.goto(`${address}/${lang}/tip`);
    await tab_to(page, where, '#text');
    await page.keyboard.type('Ảnh này được chuyển đi khắp nơi, có đúng không?');
    // The browser takes a moment until it hands its dialog over, so this is asked before the way.
    const chooser = page.waitForEvent('filechooser');
    await tab_to(page, where, '#picture');
    await page.keyboard.press('Space');
    await (await chooser).setFiles(picture);
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await comes_back(page, where, lang);
  },

  // Contests an answer, and reads the page of the contest.
  async contest(page, where, lang) {
    await page.goto(`${address}/${lang}/c/1`);
    await tab_to(page, where, 'a[href$="/c/1/contest"]');
    await enter(page);
    await looks(page, where, lang);
    await tab_to(page, where, '#kind');
    await page.keyboard.press('ArrowDown');
    await tab_to(page, where, '#text');
    // No digits and letters: the browser lets it pass, the desk does not.
    await page.keyboard.type('0387251946 0387251947 0387251948');
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await is_told(page, `${where}, only numbers`, 'text');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Nghiên cứu được dẫn nói về hành tây chứ không nói về tỏi.');
    await tab_to(page, where, 'main form button[type=submit]');
    await enter(page);
    await looks(page, `${where}, sent`, lang);
    if (!/\/contests\/\d+/.test(page.url())) complain(where, `ends at ${page.url()}`);
    await says(page, where, 'main a[href*="/c/1"]');
  },
};

// From the page with a new receipt to what became of the tip.
async function comes_back(page, where, lang) {
  await looks(page, `${where}, sent`, lang);
  await says(page, where, '.receipt code');
  const words = (await page.locator('.receipt code').first().innerText()).trim();
  if (words.split(/\s+/).length !== 8) complain(where, `the receipt is ${words}`);
  await tab_to(page, where, `nav a[href="/${lang}/receipt"], main a[href="/${lang}/receipt"]`);
  await enter(page);
  await tab_to(page, where, '#words');
  await page.keyboard.type('one two three');
  await tab_to(page, where, 'main form button[type=submit]');
  await enter(page);
  await is_told(page, `${where}, a wrong receipt`, 'words');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(words);
  await tab_to(page, where, 'main form button[type=submit]');
  await enter(page);
  await looks(page, `${where}, what became of it`, lang);
  if (await page.locator('.error-summary').count()) complain(where, 'the receipt is not known');
}

async function journey(browser, lang, viewport, name) {
  const where = `${name}, ${lang}, ${viewport.width}`;
  const context = await browser.newContext({ javaScriptEnabled: false, viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('request', (it) => {
    if (!it.url().startsWith(`${address}/`)) complain(where, `asks for ${it.url()}`);
  });
  try {
    await JOURNEYS[name](page, where, lang);
  } catch (err) {
    complain(where, `stops at ${page.url()}: ${err.message}`);
  }
  const cookies = await context.cookies();
  if (cookies.length) complain(where, `keeps cookies: ${cookies.map((it) => it.name)}`);
  await context.close();
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const lang of LANGS) {
    for (const viewport of SCREENS) {
      for (const name of Object.keys(JOURNEYS)) await journey(browser, lang, viewport, name);
    }
  }
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await check(browser, { address, asked, screens: SCREENS, source, complain });
} finally {
  await browser.close();
}
