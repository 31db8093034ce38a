/**
 * The console in a real browser, on a real service. Tests find things as users do: by role and label. Each page that is
 * opened here is watched: it may send no request to another origin, break no rule of its content security policy, and report
 * no error.
 */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, describe, test } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'

/** No page takes that long. It ends tests that hang, also on a machine that has much else to do. */
const waitMs = 120_000

const executablePath = '/usr/bin/chromium'

let browser: Promise<Browser> | undefined

/** One browser for all tests of a file. */
function openBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath,
    // Its sandbox does not work for root, which runs the tests in containers.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  return browser
}
after(async () => (await browser)?.close())

/** Defines the tests of a file if there is a browser, and says loudly that they do not run otherwise. */
export function withBrowser(what: string, defineTests: () => void): void {
  if (process.env.TROVE_TS_TEST_SYSTEM === '1') describe(what, defineTests)
  else
    test(what, { skip: 'needs chromium: `npm run test:all` runs it' }, t =>
      t.diagnostic(`NOT RUN: ${what} in a browser; TROVE_TS_TEST_SYSTEM=1 runs it`),
    )
}

/** A page, and what it did that it must not do. */
export type WatchedPage = Readonly<{
  page: Page
  /** Asserts that it asked only its own origin, broke no rule and reported no error. */
  assertClean(): void
}>

type Scope = Readonly<{ after(close: () => Promise<unknown>): void }>

/** Opens a page of its own, with an empty storage. */
export async function openPage(t: Scope, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await openBrowser()).newContext({ viewport: { width: 1280, height: 900 }, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(waitMs)
  const { origin } = new URL(url)
  const faults: string[] = []
  page.on('request', request => {
    const asked = new URL(request.url())
    if (asked.origin !== origin && asked.protocol !== 'data:') faults.push(`asked ${request.url()}`)
  })
  page.on('pageerror', error => faults.push(`threw ${error.stack ?? error.message}`))
  page.on('console', message => {
    const text = message.text()
    // The browser itself logs every answer of 400 and more; what they mean is shown on the page.
    const isOfBrowser = /^Failed to load resource: (?:the server responded|net::ERR_)/.test(text)
    if (['error', 'warning'].includes(message.type()) && !isOfBrowser) faults.push(`logged ${text}`)
  })
  await page.goto(url)
  return { page, assertClean: () => assert.deepEqual(faults, []) }
}

/** Logs a person of a world in, on the page that is shown. */
export async function logInOn(page: Page, person: string, password = `${person}-pass`): Promise<void> {
  await page.getByLabel('User name').fill(person)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** Presses Tab until a control has the focus, as someone without a mouse does. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor()
  for (let presses = 0; presses < 120; presses++) {
    if ((await control.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab does not reach ${control}`)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type AxeResults = { violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }

/** What a page has, and what opens above it does not. Meanwhile the page below is hidden from screen readers. */
const rulesOfPages = ['landmark-one-main', 'page-has-heading-one', 'region']

/** An option is named by its first line and described by the second one; this rule of axe takes both for its name. */
const ruleOfNames = 'label-content-name-mismatch'

/** Asserts that a page, or the dialog or the list that is open above it, meets WCAG 2.2 AA as far as a program can tell. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const isListOpen = (await page.locator('.popover').count()) > 0
  const isCovered = isListOpen || (await page.locator('[role=dialog], [role=alertdialog]').count()) > 0
  const off = [...(isCovered ? rulesOfPages : []), ...(isListOpen ? [ruleOfNames] : [])]
  const rules = Object.fromEntries(off.map(rule => [rule, { enabled: false }]))
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify({ runOnly, rules })})`)) as AxeResults
  const words = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
  )
  assert.ok(words.length === 0, `\n${page.url()}\n${words.join('\n')}\n`)
}

/** What opens a list to choose from: a choice, or the menu of projects. */
const openers = 'button[aria-haspopup="listbox"]:enabled, button[aria-haspopup="true"]:enabled'

/** Asserts that each list of the page, or of the dialog above it, is accessible while it is open. Chooses nothing. */
export async function assertListsAccessible(page: Page): Promise<void> {
  const above = page.locator('[role=dialog], [role=alertdialog]')
  const buttons = ((await above.count()) > 0 ? above.last() : page).locator(openers)
  for (const button of await buttons.all()) {
    await button.focus()
    await page.keyboard.press('Enter')
    const list = page.getByRole('listbox').or(page.getByRole('menu')).last()
    await list.waitFor()
    await assertAccessible(page)
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
  }
}

/** The looks in which each page must be accessible, and fit: phone to wide screen, light and dark. */
const looks = [
  { width: 360, height: 760, colorScheme: 'light' },
  { width: 768, height: 1024, colorScheme: 'dark' },
  { width: 1600, height: 1000, colorScheme: 'light' },
  { width: 1600, height: 1000, colorScheme: 'dark' },
] as const

/**
 * Asserts that a page is accessible and no wider than the screen in each look. With TROVE_TS_PICTURES, keeps a picture of
 * each in that folder.
 */
export async function assertLooks(page: Page, name: string): Promise<void> {
  const folder = process.env.TROVE_TS_PICTURES
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await assertAccessible(page)
    if (width === 360 || (width === 1600 && colorScheme === 'dark')) await assertListsAccessible(page)
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
    assert.ok(wide <= width, `${name} is ${wide} pixels wide on a screen of ${width}`)
    // Else the bar at the top covers what is in the middle of the picture.
    await page.evaluate('scrollTo(0, 0)')
    if (folder) await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' })
}
