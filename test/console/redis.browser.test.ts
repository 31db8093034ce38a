import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { redis } from '../engines/redis.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { clientOf } from './client-of.ts'

withBrowser('an engine without databases and users', () => {
  let world: World
  before(async () => {
    world = await startWorld({ worker: true })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('Redis is created without databases and users, and its only user logs in with the password that root gets', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create`)
    const refused: string[] = []
    page.on('response', answer => {
      if (answer.status() === 400) refused.push(answer.url())
    })
    await logInOn(page, 'demo')
    await page.getByLabel('Name of the instance').fill('cache')
    await page.getByRole('button', { name: 'Add a database' }).click()
    await page.getByRole('textbox', { name: 'Database 1' }).fill('left from another engine')
    await page.getByRole('button', { name: /Datastore/ }).click()
    await page.getByRole('option', { name: 'redis' }).click()
    await page.getByText('redis has none to add. Programs log in as default.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a database' }).count(), 0)
    await page
      .getByRole('region', { name: 'What will be created' })
      .getByText(/^redis \d/)
      .waitFor()
    await assertLooks(page, 'create-redis')
    await page.getByRole('button', { name: 'Create the instance' }).click()
    await page.getByText('● ACTIVE').waitFor()

    const demo = await clientOf(world, 'demo')
    const [{ id, port } = { id: '', port: undefined }] = (await demo.listInstances({})).instances
    const connect = page.getByRole('region', { name: 'Connect' })
    await connect.getByText(`redis://default:PASSWORD@127.0.0.1:${port}`).waitFor()
    await connect.getByText('There is none yet.').waitFor()
    await assertLooks(page, 'instance-redis')
    await connect.getByRole('link', { name: 'Enable root to get one' }).click()
    await page.getByText('Root is its only user, and programs log in as it. Its name is default.').waitFor()
    await page.getByRole('button', { name: 'Enable root' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Enable root' }).click()
    const stored = page.getByRole('dialog', { name: 'Store the password now' })
    await stored.getByText(/^redis:\/\/default:.+@127\.0\.0\.1:\d+$/).waitFor()
    await assertLooks(page, 'instance-redis-contents')
    const password = await stored.locator('dd').nth(1).locator('code').innerText()
    const address = { host: '127.0.0.1', port: (await demo.showInstance({ path: { id } })).instance.port! }
    const session = await redis.connect({ address, user: 'default', password, database: undefined })
    assert.equal(await session.ask('PING'), 'PONG')
    await session.end()
    await stored.getByRole('button', { name: 'I have stored it' }).click()
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText('You got it when root was enabled.').waitFor()
    assert.deepEqual(refused, [])
    assertClean()
  })
})
