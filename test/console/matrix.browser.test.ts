import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { addVersions, asAdmin, someFlavors, strangeNames, versionIdOf } from './operator-world.ts'

withBrowser('the matrix', () => {
  let world: World
  before(async () => {
    world = await startWorld({ flavors: someFlavors })
    await addVersions(world, [
      ['mysql', '8.0'],
      ['mysql', '5.7'],
      ['postgresql', '16'],
      [strangeNames.markup.slice(0, 60), strangeNames.rightToLeft],
      [strangeNames.long, '1'],
    ])
    const policyOf = async (name: string) => `/mgmt/datastore-versions/${await versionIdOf(world, 'mysql', name)}`
    await asAdmin(world, 'POST', '/mgmt/datastores/mysql/flavor-requirements', { requirements: ['ram>=1GiB'] })
    await asAdmin(world, 'POST', `${await policyOf('8.0')}/flavor-requirements`, {
      ...{ requirements: ['vcpus>=2'], level: 'warn' },
    })
    await asAdmin(world, 'PUT', `${await policyOf('5.7')}/flavor-policy`, { restriction: 'listed', allow_none: true })
    await asAdmin(
      world,
      'POST',
      `/mgmt/datastore-versions/${await versionIdOf(world, 'postgresql', '16')}/flavor-requirements`,
      {
        ...{ requirements: ['disk>=40'], level: 'audit' },
      },
    )
  })
  after(() => world.stop())

  const open = async (t: Parameters<typeof openPage>[0], search = '') => {
    const opened = await openPage(t, `${world.url}/console/matrix${search}`)
    await logInOn(opened.page, 'admin')
    await opened.page.getByRole('heading', { name: 'What fits where', level: 1 }).waitFor()
    return opened
  }
  const focusedName = (page: Page) =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent')

  test('says of every version and flavor what becomes of it, in words, and why', async t => {
    const { page, assertClean } = await open(t)
    const grid = page.getByRole('grid', { name: 'Verdicts of versions on flavors' })
    const tiny = grid.getByRole('row').filter({ hasText: 'm1.tiny' })
    await tiny.getByRole('link', { name: 'refused: it does not meet ram>=1024 (it has 512 MiB)' }).waitFor()
    await tiny.getByRole('link', { name: 'audited: it does not meet disk>=40 (it has 1 GiB)' }).waitFor()
    const small = grid.getByRole('row').filter({ hasText: 'm1.small' })
    await small.getByRole('link', { name: 'warned: it does not meet vcpus>=2 (it has 1 vCPU)' }).hover()
    await page.getByText('on mysql 8.0').waitFor()
    await page.getByText('allowed, and tenants get a warning: it does not meet vcpus>=2 (it has 1 vCPU).').waitFor()
    await page.getByRole('link', { name: '1 version allows no flavor' }).waitFor()
    assert.equal(await page.title(), 'What fits where · Databases')
    await assertLooks(page, 'matrix')
    assertClean()
  })

  test('is one tab stop, in which arrow keys move and Enter opens the version', async t => {
    const { page, assertClean } = await open(t)
    const grid = page.getByRole('grid')
    await grid
      .getByRole('link', { name: /^refused/ })
      .first()
      .waitFor()
    await page.getByLabel('Search flavors by name').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    assert.equal(await focusedName(page), 'Flavor')
    await page.keyboard.press('ArrowDown')
    assert.match(String(await focusedName(page)), /^m1\.tiny/)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.getByText('allowed – no rule speaks against it.').waitFor()
    await page.keyboard.press('Control+End')
    assert.equal(await focusedName(page), 'allowed')
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/console\/versions\/[^/]+\?flavor=1$/)
    await page.getByRole('heading', { name: 'Flavor m1.tiny' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Flavor m1.tiny' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'What fits where' }).waitFor()
    assertClean()
  })

  test('a tap on a cell shows its reasons first, and a link to the version', async t => {
    const phone = { viewport: { width: 360, height: 760 }, hasTouch: true, isMobile: true }
    const { page, assertClean } = await openPage(t, `${world.url}/console/matrix`, phone)
    await logInOn(page, 'admin')
    await page.getByText('Tap a cell to see its reasons.').waitFor()
    await page.getByRole('link', { name: 'refused: it does not meet ram>=1024 (it has 512 MiB)' }).first().tap()
    await page.getByText('a create or resize is refused: it does not meet ram>=1024').waitFor()
    assert.match(page.url(), /\/console\/matrix$/)
    await page.getByRole('link', { name: 'Open the version' }).tap()
    await page.getByRole('heading', { name: 'Flavor m1.tiny' }).waitFor()
    assertClean()
  })

  test('filters are in the URL: a datastore, what allows nothing, what has no rule, a name', async t => {
    const { page, assertClean } = await open(t, '?show=broken')
    await page.getByText('1 version × 8 flavors.').waitFor()
    await page.getByRole('columnheader', { name: /mysql 5\.7 .*0 of 8/ }).waitFor()
    await page.getByRole('button', { name: / Show$/ }).click()
    await page.getByRole('option', { name: 'Versions without rules' }).click()
    await page.getByText('2 versions × 8 flavors.').waitFor()
    await page.getByRole('button', { name: / Datastore$/ }).click()
    await page.getByRole('option', { name: 'mysql', exact: true }).click()
    await page.getByRole('heading', { name: 'Nothing matches these filters' }).waitFor()
    assert.equal(new URL(page.url()).search, '?show=empty&datastore=mysql')
    await assertLooks(page, 'matrix-no-match')
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByLabel('Search flavors by name').fill('m1.')
    await page.getByText('5 versions × 4 flavors.').waitFor()
    assert.equal(new URL(page.url()).search, '?flavor=m1.')
    assertClean()
  })

  test('names chosen by strangers are text, whatever they contain', async t => {
    const { page, assertClean } = await open(t, `?flavor=${encodeURIComponent('<img')}`)
    const row = page.getByRole('row').filter({ hasText: '<img src=x' }).last()
    await row.getByRole('rowheader').hover()
    await page.getByText(strangeNames.markup).last().waitFor()
    assert.equal(await page.locator('img').count(), 0)
    assertClean()
  })
})
