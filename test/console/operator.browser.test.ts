import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { type OperatorWorld, startOperatorWorld, strangeNames } from './findings-world.ts'

withBrowser("the operator's findings, waivers, history, catalogue and instances", () => {
  let operator: OperatorWorld
  before(async () => {
    operator = await startOperatorWorld()
  })
  after(() => operator?.world.stop())

  /** Opens a page as the admin, and waits for its heading. */
  const open = async (t: Parameters<typeof openPage>[0], path: string, heading: string) => {
    // A busy machine is slow, but a test that fails should not take minutes.
    const watched = await openPage(t, `${operator.world.url}/console/${path}`)
    watched.page.setDefaultTimeout(20_000)
    await logInOn(watched.page, 'admin')
    await watched.page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    return watched
  }

  const card = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text })
  const change = (page: Page) => page.getByRole('region', { name: 'What would change' })

  test('instances of all projects are listed with their owners, and with what each breaks today', async t => {
    const { page, assertClean } = await open(t, 'all-instances', 'All instances')
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await page.getByRole('row').nth(20).waitFor()
    // The next page comes when its end is in sight.
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    await row('shop').getByText('ACTIVE').waitFor({ timeout: 120_000 })
    await row('shop').getByText('warned of').waitFor()
    await row('shop')
      .getByText(/does not meet ram>=1024/)
      .waitFor()
    await row(strangeNames.rightToLeft)
      .getByText(/waived until/)
      .waitFor()
    await row(strangeNames.emoji).getByText('nothing').waitFor()
    for (const name of Object.values(strangeNames)) assert.equal(await row(name).count(), 1, name)
    assert.equal(await page.title(), 'All instances · Databases')
    await assertLooks(page, 'all-instances')
    await row(strangeNames.rightToLeft).getByRole('link', { name: 'alt-project' }).click()
    await page.waitForURL(/\?project=alt-project$/)
    await row('shop').waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('row').count(), 3)
    await page.goBack()
    await row('shop')
      .or(page.getByRole('button', { name: 'Show more instances' }))
      .first()
      .waitFor()
    assertClean()
  })

  test('findings are counted by kind, and the URL says which are shown', async t => {
    const { page, assertClean } = await open(t, 'compliance', 'Compliance')
    await page.getByRole('link', { name: /^All kinds/ }).waitFor()
    await card(page, strangeNames.markup)
      .getByText(/does not meet|not on the list/)
      .first()
      .waitFor()
    await assertLooks(page, 'compliance')
    await page.getByRole('link', { name: 'Associated flavor does not exist 1' }).click()
    await page.waitForURL(/\?kind=association_flavor_gone$/)
    await page.getByText('Delete the association, or restore the flavor.').first().waitFor()
    const gone = card(page, 'Flavor gone is associated, but does not exist.')
    await gone.getByRole('button', { name: /^Copy the command/ }).waitFor()
    await page.getByRole('link', { name: 'All kinds' }).click()
    await page.getByRole('button', { name: 'All datastores Datastore' }).click()
    await page.getByRole('option', { name: 'postgresql' }).click()
    await page.waitForURL(/\?datastore=postgresql$/)
    await card(page, strangeNames.markup).waitFor({ state: 'detached' })
    await card(page, 'shop').getByText('Next step:').waitFor()
    await card(page, 'shop').getByRole('link', { name: 'postgresql 18' }).click()
    await page.getByRole('heading', { name: 'postgresql 18', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'Flavor db.tiny' }).waitFor()
    await page.goBack()
    await card(page, 'shop').getByText('Next step:').waitFor()
    await page.goBack()
    await card(page, strangeNames.markup).first().waitFor()
    assertClean()
  })

  test('what an instance breaks is waived from its finding, after the effect was shown, by keyboard alone', async t => {
    const { page, assertClean } = await open(t, 'compliance?project=demo-project', 'Compliance')
    const finding = card(page, strangeNames.markup)
    await finding.getByText('refused today').waitFor()
    await finding.getByRole('button', { name: `Waive the rules that ${strangeNames.markup} breaks` }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Waive the rules that it breaks' })
    await dialog.getByLabel('Why it is needed').waitFor()
    await change(page).getByText('Say for whom').waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Add the waiver' }).isDisabled())
    await dialog.getByLabel('Why it is needed').focus()
    await page.keyboard.type('it is resized on Sunday')
    await change(page).getByText('1 finding would be waived:').waitFor()
    await change(page).getByText(strangeNames.markup).waitFor()
    await assertLooks(page, 'waive')
    await dialog.getByLabel('Until').fill('400d')
    await change(page)
      .getByRole('alert')
      .getByText(/A waiver can last 90 days at most/)
      .waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Add the waiver' }).isDisabled())
    await dialog.getByLabel('Until').fill('2d')
    await change(page).getByText('1 finding would be waived:').waitFor()
    await dialog.getByLabel('Until').focus()
    await page.keyboard.press('Enter')
    await page.getByText('The waiver was added.').waitFor()
    await finding.getByText(/^✓ waived until/).waitFor()
    assertClean()
  })

  test('waivers are listed with the next end first, and are shortened, extended and ended with the effect shown', async t => {
    const { page, assertClean } = await open(t, 'waivers', 'Waivers')
    const cards = page.getByRole('listitem').filter({ hasText: 'may break' })
    await cards.first().waitFor()
    const projects = (await cards.allTextContents()).map(text => /of project (\S+-project)/.exec(text)?.[1])
    const others = projects.filter(project => project !== 'demo-project')
    assert.deepEqual(others, ['archive-project', 'alt-project'])
    await assertLooks(page, 'waivers')

    await page.getByRole('button', { name: 'Shorten the waiver for project alt-project' }).click()
    await page.getByLabel('New end').fill('40d')
    await change(page)
      .getByRole('alert')
      .getByText(/can only be shortened/)
      .waitFor()
    await page.getByLabel('New end').fill('12h')
    await change(page)
      .getByText(/It would end/)
      .waitFor()
    await page.getByRole('button', { name: 'Shorten the waiver', exact: true }).click()
    await page.getByText('The waiver has the new end.').waitFor()
    await cards.filter({ hasText: 'alt-project' }).and(cards.first()).waitFor()

    await page.getByRole('button', { name: 'Extend the waiver for project archive-project' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a waiver' })
    assert.equal(await dialog.getByLabel('Project id').inputValue(), 'archive-project')
    await dialog.getByLabel('Until').fill('20d')
    await dialog.getByLabel('Why it is needed').fill('the move takes longer')
    await change(page)
      .getByText(/In force until/)
      .waitFor()
    await dialog.getByRole('button', { name: 'Add the waiver' }).click()
    await page.getByText('The waiver was added.').waitFor()

    await page.getByRole('button', { name: 'End the waiver for project alt-project', exact: true }).click()
    await change(page)
      .getByText(/no longer be waived/)
      .waitFor()
    await page.getByRole('button', { name: 'End the waiver', exact: true }).click()
    await page.getByText('The waiver was ended.').waitFor()
    await cards.filter({ hasText: 'alt-project' }).waitFor({ state: 'detached' })
    await page.getByText('Also those that are over').click()
    await page.waitForURL(/\?all=true$/)
    await cards.last().filter({ hasText: 'Ended by admin-user' }).waitFor()
    assertClean()
  })

  test('a change is undone after its effect was shown, and later changes of the same with it', async t => {
    const id = operator.variables.get('MYSQL_5_7')!
    const path = `/mgmt/datastore-versions/${id}/flavor-requirements`
    await operator.ask('admin', 'POST', path, { requirements: ['vcpus>=8'], allow_none: true })
    const { page, assertClean } = await open(t, 'history', 'History')
    const row = page.getByRole('row').filter({ hasText: "added requirement 'vcpus>=8'" })
    await row.getByText('mysql 5.7').waitFor()
    await row.getByText('admin-user').waitFor()
    await assertLooks(page, 'history')
    await row.getByRole('button', { name: /^Undo: added requirement/ }).click()
    await change(page).getByText('1 more flavor would be allowed.').waitFor()
    await assertLooks(page, 'undo')
    await page.getByRole('button', { name: 'Undo the change' }).click()
    await page.getByText('The change was undone.').waitFor()
    await page.getByRole('row').filter({ hasText: "deleted requirement 'vcpus>=8'" }).waitFor()
    await row.getByRole('button', { name: /^Undo/ }).click()
    await change(page)
      .getByRole('alert')
      .getByText(/already|later/)
      .waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('searchbox', { name: 'Author' }).fill('nobody')
    await page.waitForURL(/by=nobody/)
    await page.getByText('No change has these properties.').waitFor()
    await page.getByRole('searchbox', { name: 'Author' }).fill('')
    await page.getByRole('button', { name: 'All datastores Datastore' }).click()
    await page.getByRole('option', { name: 'postgresql' }).click()
    await page.getByRole('row').filter({ hasText: 'ram>=1024' }).first().waitFor()
    await row.waitFor({ state: 'detached' })
    assertClean()
  })

  test('the catalogue file is downloaded, compared and applied', async t => {
    const { page, assertClean } = await open(t, 'catalogue', 'Catalogue file')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the file' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'datastores.yaml')
    const text = readFileSync(await download.path(), 'utf8')
    assert.match(text, /name: postgresql/)

    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'mine.yaml', mimeType: 'application/yaml', buffer: Buffer.from('nonsense: [') })
    await page.getByRole('button', { name: 'Show what it changes' }).click()
    await page.getByRole('alert').getByText('The file would be refused.').waitFor()

    const changed = `datastores:\n  - name: mysql\n    versions:\n      - name: "5.7"\n        flavors: ["3"]\n        requirements: [vcpus>=2]\n`
    await page.getByLabel('The file').fill(changed)
    assert.ok(await page.getByRole('button', { name: 'Apply the file' }).isDisabled())
    await page.getByRole('button', { name: 'Show what it changes' }).click()
    const changes = page.getByRole('region', { name: 'What the file changes' })
    await changes.getByRole('listitem').filter({ hasText: 'added: flavor 3' }).waitFor()
    await changes.getByRole('listitem').filter({ hasText: 'deleted: flavor 4' }).waitFor()
    await changes
      .getByText('1 flavor would no longer be allowed; 19 instances have one of them and would keep running.')
      .waitFor()
    await assertLooks(page, 'catalogue')
    await page.getByRole('button', { name: 'Apply the file' }).click()
    await page.getByText('The file was applied.').waitFor()
    await page.getByRole('button', { name: 'Show what it changes' }).click()
    await page.getByLabel('The file').fill(`${changed}\n`)
    await page.getByRole('button', { name: 'Show what it changes' }).click()
    await changes.getByText('Nothing to change: everything is already as in the file.').waitFor()
    assertClean()
  })

  test('on a phone the links are a row that scrolls, and the one of the present page is in sight', async t => {
    const options = { viewport: { width: 360, height: 760 } }
    const { page, assertClean } = await openPage(t, `${operator.world.url}/console/catalogue`, options)
    await logInOn(page, 'admin')
    const links = page.getByRole('navigation', { name: 'Pages' })
    const isInSight = async (name: string) => {
      const box = (await links.getByRole('link', { name, exact: true }).boundingBox())!
      return box.x >= 0 && box.x + box.width <= 360
    }
    await links.getByRole('link', { name: 'Catalogue file' }).waitFor()
    await page.waitForFunction("document.querySelector('.side').scrollLeft > 0")
    assert.deepEqual([await isInSight('Catalogue file'), await isInSight('Instances')], [true, false])
    await links.hover()
    await page.mouse.wheel(-2000, 0)
    await page.waitForFunction("document.querySelector('.side').scrollLeft === 0")
    await links.getByRole('link', { name: 'Instances', exact: true }).click()
    await page.getByRole('heading', { name: 'Instances', level: 1 }).waitFor()
    assert.deepEqual([await isInSight('Catalogue file'), await isInSight('Instances')], [false, true])
    assertClean()
  })

  test('a tenant sees no links to these pages, and they say why not', async t => {
    const { page, assertClean } = await openPage(t, `${operator.world.url}/console/compliance`)
    await logInOn(page, 'demo')
    await page.getByRole('alert').getByText('User does not have admin privileges.').first().waitFor()
    assert.equal(await page.getByRole('link', { name: 'Compliance' }).count(), 0)
    assertClean()
  })
})
