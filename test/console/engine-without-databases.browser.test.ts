import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'

withBrowser('an engine without databases', () => {
  let world: World
  before(async () => {
    world = await startWorld({ worker: true })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('nothing is offered that it has not, its one user gets a password, and no request is refused', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=redis`)
    const refused: string[] = []
    page.on('response', answer => {
      if (answer.status() === 400) refused.push(answer.url())
    })
    await logInOn(page, 'demo')
    await page.getByText('redis has no databases, and only one user.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a user' }).count(), 0)
    await page.getByLabel('Name of the instance').fill('cache')
    await page.getByLabel('Volume in GiB').fill('1')
    await page.getByRole('button', { name: 'Create the instance' }).click()
    await page.getByText('● ACTIVE').waitFor()
    await page.getByText('default has no password yet.').waitFor()
    await page.getByRole('link', { name: 'Enable root to get one' }).click()
    await page.getByText('Root is its only user, and programs log in as it. Its name is default.').waitFor()
    await assertLooks(page, 'redis-root')
    await page.getByRole('button', { name: 'Enable root' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Enable root' }).click()
    await page
      .getByRole('dialog')
      .getByText(/^redis:\/\/default:.+@127\.0\.0\.1:\d+$/)
      .waitFor()
    await page.getByRole('button', { name: 'I have stored it' }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText('You got it when root was enabled.').waitFor()
    assert.deepEqual(refused, [])
    assertClean()
  })
})
