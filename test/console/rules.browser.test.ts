import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { addInstances, addVersions, asAdmin, someFlavors, strangeNames, versionIdOf } from './operator-world.ts'

withBrowser('the pages of rules', () => {
  let world: World
  before(async () => {
    world = await startWorld({ flavors: someFlavors })
    await addVersions(world, [
      ['mysql', '8.0'],
      ['mysql', '5.7'],
      ['postgresql', '16'],
      [strangeNames.markup, strangeNames.rightToLeft],
    ])
    await asAdmin(world, 'POST', '/mgmt/datastores/mysql/flavor-requirements', { requirements: ['disk>=1'] })
    await addInstances(world, await versionIdOf(world, 'mysql', '8.0'), [
      { name: 'shop', flavorId: '1', projectId: 'demo-project' },
      { name: strangeNames.markup, flavorId: '1', projectId: 'alt-project' },
    ])
  })
  after(() => world.stop())

  const open = async (t: Parameters<typeof openPage>[0], path: string, heading: string) => {
    const opened = await openPage(t, `${world.url}/console/${path}`)
    opened.page.setDefaultTimeout(10_000)
    await logInOn(opened.page, 'admin')
    await opened.page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    return opened
  }
  const dialog = (page: Page) => page.getByRole('dialog')
  const save = (page: Page) => dialog(page).getByRole('button', { name: 'Save' })

  test('a requirement is tried, saved and undone, and nothing counts before it is saved', async t => {
    const id = await versionIdOf(world, 'mysql', '8.0')
    const { page, assertClean } = await open(t, `versions/${id}`, 'mysql 8.0')
    await page.getByRole('row').filter({ hasText: 'disk>=1' }).getByText('the datastore mysql').waitFor()
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await dialog(page).getByLabel('Requirement').fill('ram>=1GiB')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('✕ m1.tiny refused').waitFor()
    await dialog(page).getByText('2 instances of 2 projects').waitFor()
    await dialog(page).getByText('ram>=1024 (has 512 MiB)').first().waitFor()
    await dialog(page).getByText(strangeNames.markup).waitFor()
    await assertLooks(page, 'rules-effect')
    const before = await asAdmin(world, 'GET', `/mgmt/datastore-versions/${id}/flavor-requirements`)
    assert.equal((before as { requirements: unknown[] }).requirements.length, 1)
    await save(page).click()
    await page.getByText('Saved: Add the requirement ram>=1GiB').waitFor()
    await page.getByRole('cell', { name: 'this version' }).waitFor()
    await assertLooks(page, 'version')
    await page
      .getByRole('status')
      .getByRole('button', { name: /^Undo: .*added requirement 'ram>=1024'/ })
      .click()
    await dialog(page).getByText('m1.tiny allowed').waitFor()
    await save(page).click()
    await page.getByRole('cell', { name: 'this version' }).waitFor({ state: 'detached' })
    assertClean()
  })

  test('a level is set by keyboard alone', async t => {
    const { page, assertClean } = await open(t, 'datastores/mysql', 'mysql')
    await page.getByRole('button', { name: 'Set the level of disk>=1' }).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByText('Nothing: the rules already say this.').waitFor()
    await dialog(page)
      .getByRole('button', { name: /Level$/ })
      .focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('heading', { name: '5.7' }).waitFor()
    await assertLooks(page, 'datastore-effect')
    await save(page).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Saved: Set the level of disk>=1').waitFor()
    await page
      .getByRole('row')
      .filter({ hasText: 'disk>=1' })
      .getByRole('cell', { name: 'warn', exact: true })
      .waitFor()
    await assertLooks(page, 'datastore')
    assertClean()
  })

  test('flavors are chosen for the list and removed, and a change that leaves none is insisted on', async t => {
    const id = await versionIdOf(world, 'mysql', '5.7')
    const { page, assertClean } = await open(t, `versions/${id}`, 'mysql 5.7')
    await page.getByRole('button', { name: 'Add flavors' }).click()
    await dialog(page).getByLabel('Search flavors').fill('m1.')
    await dialog(page).getByRole('option', { name: 'm1.small' }).click()
    await dialog(page).getByRole('option', { name: 'm1.large' }).click()
    await dialog(page).getByText('Only flavors on the list would be allowed.').waitFor()
    await assertLooks(page, 'rules-add-flavors')
    await save(page).click()
    await page.getByText('Saved: Add 2 flavors to the list').waitFor()
    await page.getByRole('button', { name: 'Remove m1.large' }).click()
    await dialog(page).getByText('m1.large refused').waitFor()
    await save(page).click()
    await page.getByText('Saved: Remove m1.large from the list').waitFor()
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await dialog(page).getByLabel('Requirement').fill('vcpus>=4')
    await dialog(page).getByRole('alert').getByText('The change would be refused.').waitFor()
    assert.equal(await save(page).isDisabled(), true)
    await dialog(page).getByText('Make the change even if no flavor is allowed afterwards.').click()
    await dialog(page).getByText('No flavor would be allowed.').waitFor()
    await save(page).click()
    await page.getByText('It allows 0 of 8 flavors.').waitFor()
    await page.getByRole('button', { name: 'Change the list policy' }).click()
    await dialog(page)
      .getByRole('button', { name: /Level of rules without/ })
      .click()
    await page.getByRole('option', { name: 'warn' }).click()
    await dialog(page).getByText('! m1.small allowed with a warning').waitFor()
    await save(page).click()
    await page.getByText('Saved: Change the list policy').waitFor()
    await page.getByText('Only the 1 flavor below is allowed. All others are admitted with a warning.').waitFor()
    assertClean()
  })

  test('a level is all that a change of the level saves, also after another choice was cancelled', async t => {
    const id = await versionIdOf(world, 'postgresql', '16')
    const policyOf = () => asAdmin(world, 'GET', `/mgmt/datastore-versions/${id}/flavor-policy`)
    const { page, assertClean } = await open(t, `versions/${id}`, 'postgresql 16')
    await page.getByText('Any flavor is allowed: no list restricts this version.').waitFor()
    const choose = async (label: RegExp, option: string) => {
      await dialog(page).getByRole('button', { name: label }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    await page.getByRole('button', { name: 'Change the list policy' }).click()
    await choose(/Which flavors are allowed$/, 'only the flavors on the list')
    await dialog(page).getByRole('alert').getByText('the list is empty: add flavors first').waitFor()
    await assertLooks(page, 'list-policy')
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Change the list policy' }).click()
    await choose(/Level of the list$/, 'warn')
    await dialog(page).getByText('It is admitted, and the tenant gets a warning.').last().waitFor()
    await save(page).click()
    await page.getByText('Saved: Change the list policy').waitFor()
    const { policy } = (await policyOf()) as { policy: { restriction: string; list_level: string } }
    assert.equal(policy.restriction, 'open')
    assert.equal(policy.list_level, 'warn')
    await page.getByText("set the level 'warn' for the list").first().waitFor()
    await asAdmin(world, 'PUT', `/mgmt/datastore-versions/${id}/flavor-policy`, { list_level: 'refuse' })
    assertClean()
  })

  test('flavors that would be allowed as before, but with a warning, are shown as such', async t => {
    const id = await versionIdOf(world, 'postgresql', '16')
    const { page, assertClean } = await open(t, `versions/${id}`, 'postgresql 16')
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await dialog(page).getByLabel('Requirement').fill('ram>=4GiB')
    await dialog(page)
      .getByRole('button', { name: /Level$/ })
      .click()
    await page.getByRole('option', { name: 'warn', exact: true }).click()
    await dialog(page).getByText('! m1.tiny allowed with a warning').waitFor()
    await dialog(page).getByText('(today allowed)').first().waitFor()
    await page.keyboard.press('Escape')
    assertClean()
  })

  test('a volume type is added and removed', async t => {
    const id = await versionIdOf(world, 'postgresql', '16')
    const { page, assertClean } = await open(t, `versions/${id}`, 'postgresql 16')
    await page.getByText('Every volume type is allowed.').waitFor()
    await page.getByRole('button', { name: 'Add a volume type' }).click()
    await dialog(page)
      .getByRole('button', { name: /Volume type$/ })
      .click()
    await page.getByRole('option').first().click()
    await dialog(page).getByText('Only associated volume types would be allowed.').waitFor()
    await save(page).click()
    await page.getByText('Only these volume types are allowed').waitFor()
    await page.getByRole('button', { name: /^Remove the volume type/ }).click()
    await dialog(page).getByText('Every volume type would be allowed.').waitFor()
    await save(page).click()
    await page.getByText('Every volume type is allowed.').waitFor()
    assertClean()
  })

  test('a flavor is judged on the page of the version, with whose rule each reason is', async t => {
    const id = await versionIdOf(world, 'mysql', '8.0')
    const { page, assertClean } = await open(t, `versions/${id}?flavor=c`, 'mysql 8.0')
    await page.getByRole('heading', { name: `Flavor ${strangeNames.long}` }).waitFor()
    await page.getByRole('button', { name: 'Add it to the list' }).waitFor()
    await assertLooks(page, 'version-flavor')
    assertClean()
  })

  test('strange names are text, and what does not exist is said in the words of the API', async t => {
    const id = await versionIdOf(world, strangeNames.markup, strangeNames.rightToLeft)
    const { page, assertClean } = await open(t, `versions/${id}`, strangeNames.markup)
    assert.equal(await page.locator('img').count(), 0)
    await page.goto(`${world.url}/console/versions/4ca7e035-97cb-4cfc-ad97-381f5dc18e99`)
    await page
      .getByRole('alert')
      .getByText(/4ca7e035.* cannot be found/)
      .waitFor()
    assertClean()
  })
})
