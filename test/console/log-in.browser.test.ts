import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../attacks/until.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'

withBrowser('the log-in', () => {
  let world: World
  before(async () => {
    world = await startWorld()
  })
  after(() => world.stop())

  test('a link to a page asks to log in, and then shows that page', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/instances?search=shop`)
    await assertLooks(page, 'log-in')
    await logInOn(page, 'demo')
    await page.getByRole('heading', { name: 'Instances', level: 1 }).waitFor()
    assert.equal(new URL(page.url()).search, '?search=shop')
    assert.equal(await page.title(), 'Instances · Databases')
    assertClean()
  })

  test('a wrong password is refused in words, and the form keeps the name', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await logInOn(page, 'demo', 'wrong')
    await page.getByRole('alert').getByText('The user name or the password is not correct.').waitFor()
    assert.equal(await page.getByLabel('User name').inputValue(), 'demo')
    assertClean()
  })

  test('a reload keeps the session, and logging out ends the token', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await logInOn(page, 'demo')
    const menu = page.getByRole('button', { name: 'demo in demo-project' })
    // A reload before the end of the log-in would leave no session to keep.
    await menu.waitFor()
    const [answer] = await Promise.all([page.waitForResponse(/\/v1\.0\/.*\/instances(\?|$)/), page.reload()])
    await menu.waitFor()
    const token = (await answer.request().allHeaders())['x-auth-token']!
    await menu.click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await page.getByRole('heading', { name: 'Log in to Databases' }).waitFor()
    await until('the session is forgotten', () => page.evaluate("sessionStorage.getItem('trove-session') === null"))
    const asked = await fetch(`${world.url}/v1.0/demo-project/instances`, { headers: { 'x-auth-token': token } })
    assert.equal(asked.status, 401)
    assertClean()
  })

  test('a tenant sends no request that is refused by design, and the icon stays that of the console', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    const bad: string[] = []
    page.on('response', answer => {
      if (answer.status() >= 400) bad.push(`${answer.status()} ${answer.url()}`)
    })
    await page.getByText('Each tab has its own session.').waitFor()
    await logInOn(page, 'demo')
    await page.getByText('No instances yet').waitFor()
    await page.getByText(/^Your quota leaves 10 of 10 instances, .*40 of 40 GiB for volumes\.$/).waitFor()
    await page.getByRole('link', { name: 'Create an instance' }).first().click()
    await page.getByText('No datastores yet').waitFor()
    const icon = await page.locator('link[rel=icon]').getAttribute('href')
    assert.match(icon ?? '', new RegExp(`^${world.url}/console/assets/icon-`))
    assert.deepEqual(bad, [])
    assertClean()
  })

  test('an empty list teaches how to fill it', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/`)
    await logInOn(page, 'demo')
    await page.getByRole('heading', { name: 'No instances yet' }).waitFor()
    await assertLooks(page, 'instances-empty')
    assertClean()
  })
})
