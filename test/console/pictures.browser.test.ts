/**
 * The pictures of the README and the how-tos. `UPDATE=1` makes them again. Every run walks to each of them, so that no page
 * shows what the console no longer has.
 */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { defaultWorld } from '../stories/load-stories.ts'
import { type StoryWorld, startStoryWorld } from '../stories/story-world.ts'
import { logInOn, openPage, withBrowser } from './browser.ts'

const folder = join(import.meta.dirname, '../../docs/images')
const bytesMax = 160_000

type Picture = Readonly<{
  name: string
  path: string
  /** In pixels; default: that of a small laptop. */
  height?: number
  /** Goes on from the page to what is shown. */
  show: (page: Page) => Promise<unknown>
}>

const change = (page: Page, text: string) =>
  page.getByRole('region', { name: 'What would change' }).getByText(text).waitFor()

const pictures: readonly Picture[] = [
  {
    name: 'matrix',
    path: 'matrix',
    height: 800,
    async show(page) {
      await page
        .getByRole('link', { name: /^refused: it is not on the list/ })
        .first()
        .hover()
      await page.getByText('on postgresql 18').waitFor()
    },
  },
  {
    name: 'create',
    path: 'create?datastore=mysql&version=8.4',
    height: 1040,
    async show(page) {
      await page.getByLabel('Name of the instance').fill('shop')
      await page.getByText('One size does not fit. It does not meet ram>=2048.').click()
      await page.getByText(/does not meet ram>=2048 \(/).waitFor()
      await page.getByText(/^Your quota leaves/).waitFor()
    },
  },
  {
    name: 'compliance',
    path: 'compliance',
    show: page => page.getByRole('listitem').filter({ hasText: 'shop' }).getByText('Next step:').waitFor(),
  },
  {
    name: 'waive',
    path: 'compliance?project=shop-team',
    height: 1020,
    async show(page) {
      await page.getByRole('button', { name: 'Waive the rules that shop breaks' }).click()
      await page.getByLabel('Why it is needed').fill('it is resized on Sunday, ticket 4711')
      await change(page, '1 finding would be waived:')
    },
  },
  {
    name: 'undo',
    path: 'history',
    async show(page) {
      await page.getByRole('button', { name: "Undo: added requirement 'ram>=2048'" }).click()
      await change(page, '1 more flavor would be allowed.')
    },
  },
  {
    name: 'catalogue',
    path: 'catalogue',
    height: 1130,
    async show(page) {
      await page
        .getByLabel('The file')
        .fill('datastores:\n  - name: postgresql\n    versions:\n      - name: "18"\n        flavors: ["3", "4"]\n')
      await page.getByRole('button', { name: 'Show what it changes' }).click()
      await page.getByRole('listitem').filter({ hasText: 'added: flavor db.large' }).waitFor()
    },
  },
]

/** What differs from run to run: the ids of what was made, and times. */
const alike = `
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    text.data = text.data
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b')
      .replaceAll(/\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d/g, '2026-12-12T16:04:00')
  for (const time of document.querySelectorAll('time')) time.textContent = 'Dec 12, 2026, 4:04 PM'
  for (const input of document.querySelectorAll('input'))
    if (/^[0-9a-f-]{36}$/.test(input.value)) input.value = '019abcf1-7f3e-7000-8000-3c2d1e0f9a8b'
`

withBrowser('the pictures of the documentation', () => {
  let story: StoryWorld
  before(async () => {
    story = await startStoryWorld({
      ...defaultWorld(),
      flavors: [
        { id: '1', name: 'db.tiny', vcpus: 1, ram: 512, disk: 1 },
        { id: '2', name: 'db.small', vcpus: 1, ram: 2048, disk: 20 },
        { id: '3', name: 'db.medium', vcpus: 2, ram: 4096, disk: 40 },
        { id: '4', name: 'db.large', vcpus: 4, ram: 8192, disk: 80 },
      ],
      catalogue: {
        mysql: [{ name: '8.4', default: true }],
        postgresql: [{ name: '18', flavors: ['2', '3', 'db.retired'] }],
        redis: [{ name: '8' }],
      },
      instances: [
        { version: '$MYSQL_8_4', flavor: '1', name: 'shop', project: 'shop-team', ours: true },
        { version: '$MYSQL_8_4', flavor: '1', name: 'orders', project: 'billing', ours: true },
        { version: '$POSTGRESQL_18', flavor: '2', name: 'wiki', project: 'intranet', ours: true },
        { version: '$POSTGRESQL_18', flavor: '4', name: 'reports', project: 'billing' },
      ],
    })
    const { world, variables } = story
    const ask = async (path: string, body: object) => {
      const headers = { 'x-auth-token': await world.tokenOf('admin'), 'content-type': 'application/json' }
      const url = `${world.url}/v1.0/${world.projectOf('admin')}/mgmt${path}`
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      assert.ok(answer.ok, await answer.text())
    }
    const rules = `/datastore-versions/${variables.get('MYSQL_8_4')}/flavor-requirements`
    await ask(rules, { requirements: ['ram>=2048'] })
    const waiver = { datastore: 'mysql', reason: 'migration, ticket 4711', until: '14d' }
    await ask('/flavor-waivers', { ...waiver, project_id: 'billing', only: ['ram>=2048'] })
  })
  after(() => story?.world.stop())

  for (const { name, path, height = 780, show } of pictures)
    test(`the picture '${name}' shows what the console has`, async t => {
      const { page, assertClean } = await openPage(t, `${story.world.url}/console/${path}`, {
        viewport: { width: 1200, height },
        colorScheme: 'light',
        reducedMotion: 'reduce',
        timezoneId: 'UTC',
      })
      page.setDefaultTimeout(20_000)
      await logInOn(page, 'admin')
      await show(page)
      assertClean()
      const file = join(folder, `${name}.png`)
      if (process.env.UPDATE === '1') {
        mkdirSync(folder, { recursive: true })
        await page.evaluate(alike)
        await page.screenshot({ path: file, caret: 'hide' })
      }
      assert.ok(existsSync(file), `${file} is missing: run this test with UPDATE=1`)
      assert.ok(statSync(file).size < bytesMax, `${file} is too large for a repository`)
    })
})
