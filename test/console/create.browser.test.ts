import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'

withBrowser('creating a database', () => {
  let world: World
  before(async () => {
    world = await startWorld({ worker: true })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('sizes that fit can be chosen, the smallest first; the others say why not', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18`)
    await logInOn(page, 'demo')
    const fit = page.getByRole('radio')
    await page.getByRole('radio', { name: /db\.micro/, checked: true }).waitFor()
    assert.equal(await fit.count(), 3)
    await page.getByText('6 sizes do not fit').waitFor()
    const unfit = page.getByRole('listitem').filter({ hasText: 'db.nano' })
    await unfit.getByText(/it is not on the list of postgresql 18/i).waitFor()
    await page.getByLabel('Name of the instance').fill('shop')
    await page.getByRole('region', { name: 'What will be created' }).getByText('postgresql 18').waitFor()
    await assertLooks(page, 'create')
    assertClean()
  })

  test('a database is created by keyboard alone, and runs', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18`)
    await logInOn(page, 'demo')
    const name = page.getByLabel('Name of the instance')
    await name.focus()
    await page.keyboard.type('keys')
    await page.getByRole('radio', { name: /db\.micro/ }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('radio', { name: /db\.small/, checked: true }).waitFor()
    assert.match(page.url(), /flavor=13/)
    await page
      .getByRole('region', { name: 'What will be created' })
      .getByText(/db\.small/)
      .waitFor()
    await name.focus()
    await page.keyboard.press('Enter')
    const row = page.getByRole('row', { name: /keys/ })
    await row.getByText('ACTIVE').waitFor()
    await assertLooks(page, 'instances')
    assertClean()
  })

  test('what the API refuses is said in its words before anything is created', async t => {
    const { page } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18&flavor=11`)
    await logInOn(page, 'demo')
    await page.getByLabel('Name of the instance').fill('small')
    const summary = page.getByRole('region', { name: 'What will be created' })
    await summary.getByRole('alert').getByText('This request would be refused.').waitFor()
    assert.ok(await page.getByRole('button', { name: 'Create the instance' }).isDisabled())
    await assertLooks(page, 'create-refused')
  })
})
