import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { stepDescriptions } from '../../src/taskmanager/steps.ts'
import { startWorld, type World } from '../world.ts'
import { assertAccessible, logInOn, openPage, tabTo, withBrowser } from './browser.ts'

const oneOfTheSteps = new RegExp(Object.values(stepDescriptions).map(RegExp.escape).join('|'))

/** Goes to a control and uses it, with keys alone. */
async function press(page: Page, role: 'button' | 'link', name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: typeof name === 'string' }).first())
  await page.keyboard.press(key)
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByRole('textbox', { name: label, exact: true }))
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

withBrowser('the main path of a tenant', () => {
  let world: World
  before(async () => {
    world = await startWorld({ worker: true })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('by keyboard alone: create, watch it being built, connect, resize, delete', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await logInOn(page, 'demo')
    await press(page, 'link', 'Create an instance')
    await page.getByRole('heading', { name: 'Create an instance', level: 1 }).waitFor()
    await type(page, 'Name of the instance', 'keys')
    await press(page, 'button', /Datastore/)
    await page.getByRole('listbox').waitFor()
    await page.keyboard.type('postgresql')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: /db\.micro/, checked: true }).waitFor()
    await tabTo(page, page.getByRole('radio', { checked: true }))
    await press(page, 'button', 'Add a database')
    await page.keyboard.type('orders')
    await press(page, 'button', 'Add a user')
    await page.keyboard.type('till')
    await type(page, 'Password of user 1', 'Sesame-open-2026')
    await page.getByRole('region', { name: 'What will be created' }).getByText('till').waitFor()
    await press(page, 'button', 'Create the instance')

    await page.getByRole('heading', { name: 'keys', level: 1 }).waitFor()
    // Which of the steps the page sees depends on how fast the machine is.
    await page.getByRole('listitem').filter({ hasText: oneOfTheSteps }).first().waitFor()
    await page.getByText('● ACTIVE').waitFor()
    await page.getByText('The instance is ready.').waitFor()
    await page.getByText('Store the passwords now. They are not shown again.').waitFor()
    const shown = await page
      .getByText(/^postgresql:\/\/till:Sesame-open-2026@/)
      .first()
      .innerText()
    const client = new pg.Client({ connectionString: shown })
    await client.connect()
    assert.deepEqual((await client.query('select current_database() as name')).rows, [{ name: 'orders' }])
    await client.end()
    await press(page, 'button', 'I have stored them')
    await page.getByText(/^postgresql:\/\/till:PASSWORD@/).waitFor()

    await press(page, 'link', 'Size')
    await page.getByRole('radio', { name: /db\.micro \(now\)/, checked: true }).waitFor()
    await page.getByText('6 sizes do not fit').waitFor()
    await tabTo(page, page.getByRole('radio', { checked: true }))
    await page.keyboard.press('ArrowRight')
    await press(page, 'button', 'Resize to db.small')
    await page.getByRole('alertdialog', { name: 'Resize to db.small?' }).waitFor()
    await assertAccessible(page)
    await press(page, 'button', 'Resize')
    await page.getByRole('radio', { name: /db\.small \(now\)/ }).waitFor()
    await page.getByText('● ACTIVE').waitFor()

    await press(page, 'link', 'Manage')
    await press(page, 'button', 'Delete the instance')
    const dialog = page.getByRole('alertdialog', { name: 'Delete the instance?' })
    await dialog.waitFor()
    await page.keyboard.type('key')
    assert.ok(await dialog.getByRole('button', { name: 'Delete the instance' }).isDisabled())
    await page.keyboard.type('s')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Instances', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'No instances yet' }).waitFor()
    assertClean()
  })
})
