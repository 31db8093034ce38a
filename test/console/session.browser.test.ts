import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { type FakeKeystone, startFakeKeystone } from '../outside/keystone.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { startPrefixProxy } from './prefix-proxy.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

withBrowser('the session with the embedded identity', () => {
  let world: World
  before(async () => {
    world = await startWorld()
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('when the session has ended, the user logs in again above the page, and goes on where they were', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create`)
    await logInOn(page, 'demo')
    await page.getByLabel('Name of the instance').fill('half')
    // Its answer; else the request would notice the end of the session before the field is filled again.
    await page.getByRole('region', { name: 'What will be created' }).getByText('half').waitFor()
    const token = String(await page.evaluate("JSON.parse(sessionStorage.getItem('trove-session')).token"))
    const headers = { 'x-auth-token': token, 'x-subject-token': token }
    await fetch(`${world.url}/identity/v3/auth/tokens`, { method: 'DELETE', headers })
    await page.getByLabel('Name of the instance').fill('half typed')
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.waitFor()
    await assertLooks(page, 'session-ended')
    await page.keyboard.press('Escape')
    await dialog.getByLabel('Password').fill('wrong')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.getByRole('alert').getByText('The user name or the password is not correct.').waitFor()
    await dialog.getByLabel('Password').fill('demo-pass')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.getByLabel('Name of the instance').inputValue(), 'half typed')
    await page.getByRole('region', { name: 'What will be created' }).getByText('half typed').waitFor()
    assertClean()
  })

  test('a session that ends soon is told, and can be continued before', async t => {
    const short = await startWorld({ conf: { trovets: ['rate_limits = false', 'token_expiration = 200'] } })
    t.after(() => short.stop())
    const { page, assertClean } = await openPage(t, `${short.url}/console/`)
    await logInOn(page, 'demo')
    await page.getByText(/^Your session ends at /).waitFor()
    await assertLooks(page, 'session-ends-soon')
    await page.getByRole('button', { name: 'Log in again' }).click()
    const dialog = page.getByRole('dialog', { name: 'Log in again' })
    await dialog.getByLabel('Password').fill('demo-pass')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.waitFor({ state: 'detached' })
    assertClean()
  })

  test('the console works below a prefix that a proxy removes without telling', async t => {
    const proxy = await startPrefixProxy(world.url, '/cloud/db')
    t.after(() => proxy.stop())
    const { page, assertClean } = await openPage(t, `${proxy.url}/console/create?datastore=postgresql`)
    await logInOn(page, 'demo')
    await heading(page, 'Create an instance').waitFor()
    await page.getByRole('link', { name: 'Instances' }).click()
    await heading(page, 'Instances').waitFor()
    assert.equal(new URL(page.url()).pathname, '/cloud/db/console/instances')
    await page.goBack()
    await heading(page, 'Create an instance').waitFor()
    await page.reload()
    await heading(page, 'Create an instance').waitFor()
    assertClean()
  })

  test('a lost connection is told, and told to be back', async t => {
    const proxy = await startPrefixProxy(world.url, '')
    const { port } = new URL(proxy.url)
    const { page } = await openPage(t, `${proxy.url}/console/`)
    await logInOn(page, 'demo')
    await heading(page, 'No instances yet').or(page.getByText('No instances yet')).first().waitFor()
    await proxy.stop()
    await page.getByText('The server cannot be reached.').first().waitFor()
    const again = await startPrefixProxy(world.url, '', Number(port))
    t.after(() => again.stop())
    await page.getByText('The server cannot be reached.').first().waitFor({ state: 'detached' })
    await page.getByText('No instances yet').waitFor()
  })
})

withBrowser('the session with a Keystone', () => {
  let keystone: FakeKeystone
  let world: World
  before(async () => {
    keystone = await startFakeKeystone({ now: new Date() })
    const login = ['username = trove', 'password = service-pass', 'project_name = service', 'region_name = RegionOne']
    world = await startWorld({
      conf: {
        keystone_authtoken: [`auth_url = ${keystone.url}`, ...login],
        trovets: ['rate_limits = false', 'flavor_source = file', 'compute_driver = local'],
      },
    })
  })
  after(async () => {
    await world.stop()
    await keystone.stop()
  })

  test('a user of a domain logs in, chooses a project, and changes it', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await page.getByLabel('Domain of the user').fill('Default')
    await assertLooks(page, 'log-in-keystone')
    await logInOn(page, 'ann', 'secret')
    await heading(page, 'Choose a project').waitFor()
    await assertLooks(page, 'choose-project')
    await page.getByRole('button', { name: 'p2' }).click()
    await page.getByText('No instances yet').waitFor()
    await page.getByRole('button', { name: 'u1 in p2' }).click()
    await page.getByRole('menuitem', { name: 'p1' }).click()
    await page.getByRole('button', { name: 'u1 in p1' }).waitFor()
    await page.getByText('No instances yet').waitFor()
    assertClean()
  })

  test('an application credential logs in for its project', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await page.getByRole('tab', { name: 'Application credential' }).click()
    await page.getByLabel('Id').fill('credential')
    await page.getByLabel('Secret').fill('credential-pass')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('button', { name: 'trove-user in service' }).waitFor()
    assertClean()
  })
})
