// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The HTML report in a browser: filters, trails, the address, the keyboard, no network, no error,
// and nothing wider than a narrow screen.
//
//   node test.mjs PAGE EMPTY [FOLDER]    FOLDER gets the screenshots
//
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [file, empty, folder] = process.argv.slice(2);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
assert(executablePath, "there is no chromium");
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
const address = pathToFileURL(resolve(file)).href;

/** A tab whose errors and requests end in `complaints`; it must show what stands in the file. */
async function open(url, { width = 1280, dark = false, script = true } = {}) {
  const page = await browser.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0] && request.url() !== "data:,")
      page.complaints.push("loads " + request.url());
  });
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
  ]);
  await page.goto(url);
  return page;
}

async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.close();
}

const shown = (page) =>
  page.$$eval(".finding", (all) =>
    all.filter((each) => each.checkVisibility()).map((each) => each.id));
const values = (page, name) =>
  page.$$eval(".finding", (all, name) => all.map((each) => each.dataset[name]), name);
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));

const tests = {
  async "levels, rules and files filter, and the address keeps it"() {
    const page = await open(address);
    const all = await shown(page);
    const levels = await values(page, "level");
    await page.click("[name=level][value=note]");
    assert.deepEqual(await shown(page), all.filter((_, i) => levels[i] !== "note"));
    assert.equal(await hash(page), "#level=error,warning");
    assert.match(await page.$eval("output", (each) => each.value), /^5 of 8 shown$/);
    const rules = await values(page, "rule");
    await page.select("[name=rule]", "joining");
    const left = all.filter((_, i) => levels[i] !== "note" && rules[i] === "joining");
    assert.deepEqual(await shown(page), left);
    await page.reload();
    assert.deepEqual(await shown(page), left);
    const headings = await page.$$eval("#findings h2", (all) =>
      all.filter((each) => each.checkVisibility()).length);
    assert.equal(headings, 1, "rules without findings are hidden");
    await page.click("[type=reset]");
    await page.waitForFunction(() => !location.hash);
    assert.deepEqual(await shown(page), all);
    const files = await values(page, "file");
    await page.select("[name=file]", files[0]);
    assert.deepEqual(await shown(page), all.filter((_, i) => files[i] === files[0]));
    assert.equal(await hash(page), "#file=" + files[0]);
    await close(page);
  },

  async "text is searched, with / as its key"() {
    const page = await open(address);
    await page.keyboard.press("/");
    await page.keyboard.type("'rooms_' is READ");
    const found = await shown(page);
    assert.equal(found.length, 1);
    assert.match(await page.$eval("#" + CSS(found[0]), (each) => each.textContent), /rooms_/);
    assert.match(await hash(page), /^#q=/);
    await page.keyboard.type(" no such words");
    assert.equal((await shown(page)).length, 0);
    assert(await page.$eval(".nothing", (each) => each.checkVisibility()));
    await close(page);
  },

  async "a trail opens, by mouse and by keyboard"() {
    const page = await open(address);
    const trail = () => page.$eval(".finding .way", (each) => each.checkVisibility());
    assert(!(await trail()));
    await page.click(".finding summary");
    assert(await trail());
    const marked = await page.$$eval(".finding[open] .way mark b", (all) =>
      all.map((each) => each.textContent));
    assert(marked.length > 0 && marked.every(Boolean), "each step marks what it is about");
    await page.focus(".finding summary");
    await page.keyboard.press("Enter");
    assert(!(await trail()));
    await page.click(".unfold");
    assert.equal(await page.$$eval(".finding:not([open])", (all) => all.length), 0);
    await close(page);
  },

  async "two accesses stand side by side, or below each other"() {
    const tops = (page) =>
      page.$$eval(".chains .chain", (all) => {
        all[0].closest("details").open = true;
        return all.map((each) => each.getBoundingClientRect().top);
      });
    const wide = await open(address);
    const [one, other, ...more] = await tops(wide);
    assert.equal(one, other);
    assert.deepEqual(more, []);
    await close(wide);
    const narrow = await open(address, { width: 360 });
    const [first, second] = await tops(narrow);
    assert(first < second);
    await close(narrow);
  },

  async "a link leads to one finding, past filters that hide it"() {
    const first = await open(address);
    const all = await shown(first);
    const goal = all.at(-1);
    await close(first);
    const page = await open(address + "#" + goal);
    await page.waitForFunction((id) =>
      document.getElementById(id).contains(document.activeElement), {}, goal);
    const state = () =>
      page.$eval("#" + CSS(goal), (each) => ({
        open: each.open,
        isInView: each.getBoundingClientRect().top >= 0 &&
          each.getBoundingClientRect().top < innerHeight,
      }));
    assert.deepEqual(await state(), { open: true, isInView: true });
    await page.click("[name=level][value=error]");
    const link = await page.$eval(".finding[data-level=error]", (each) => each.id);
    assert(!(await shown(page)).includes(link));
    await page.evaluate((id) => (location.hash = id), link);
    await page.waitForFunction((id) => document.getElementById(id).open, {}, link);
    assert.deepEqual(await shown(page), all, "the filter that hid it is gone");
    assert.equal(await hash(page), "#" + link);
    await close(page);
  },

  async "signs in the picture lead to their findings"() {
    const page = await open(address);
    const goal = await page.$eval(".ways.wide a", (each) => each.getAttribute("href").slice(1));
    await page.click(".ways.wide a");
    await page.waitForFunction((id) => document.getElementById(id).open, {}, goal);
    await close(page);
  },

  async "everything can be read without the script, and on paper"() {
    const page = await open(address, { script: false });
    const handle = await page.$(".finding summary");
    await handle.click();
    assert(await page.$(".finding[open] .way"));
    assert(!(await (await page.$(".filters")).isVisible()));
    await close(page);
    const paper = await open(address);
    await paper.emulateMediaType("print");
    assert(await paper.$$eval(".finding .way", (all) =>
      all.every((each) => each.getBoundingClientRect().height > 0)));
    await close(paper);
  },

  async "nothing is wider than the screen, and text can be told from its ground"() {
    for (const url of [address, pathToFileURL(resolve(empty)).href])
      for (const width of [320, 360, 700, 1280])
        for (const dark of [false, true]) {
          const page = await open(url, { width, dark });
          await page.$$eval("details", (all) => all.forEach((each) => (each.open = true)));
          const inner = await page.evaluate(() => document.documentElement.scrollWidth);
          assert(inner <= width, `${inner} px on a screen of ${width}`);
          assert.deepEqual(await page.evaluate(lowContrast), []);
          await close(page);
        }
  },

  async screenshots() {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    for (const [name, options] of [["360", { width: 360 }], ["1280", {}], ["dark", { dark: true }]]) {
      const page = await open(address, options);
      await page.$$eval(".finding", (all) => all.slice(0, 3).forEach((each) => (each.open = true)));
      await page.screenshot({ path: join(folder, name + ".png"), fullPage: true });
      await close(page);
    }
  },
};

/** An id as a selector; ids hold a colon. */
function CSS(id) {
  return id.replace(":", "\\:");
}

/** Texts whose contrast is below 4.5 (WCAG 2, AA). Runs in the page. */
function lowContrast() {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parse(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parse(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility() || element.matches("script, title")) continue;
    const style = getComputedStyle(element);
    const text = element instanceof SVGElement ? style.fill : style.color;
    const [above, below] = [light(text), light(ground(element))].sort((a, b) => b - a);
    const ratio = (above + 0.05) / (below + 0.05);
    if (ratio < 4.5) low.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...low];
}

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok: ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED: ${name}\n${error.stack}`);
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
