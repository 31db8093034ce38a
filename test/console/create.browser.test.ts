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
    assert.equal(await page.getByLabel('Search sizes').count(), 0)
    const unfit = page.getByRole('listitem').filter({ hasText: 'db.nano' })
    assert.ok(await unfit.isHidden())
    await page.getByText('6 sizes do not fit. Your cloud operator does not offer them for postgresql 18.').click()
    await unfit.getByText(/it is not on the list of postgresql 18/i).waitFor()
    await page.getByLabel('Name of the instance').fill('shop')
    await page.getByRole('region', { name: 'What will be created' }).getByText('postgresql 18').waitFor()
    await assertLooks(page, 'create')
    assertClean()
  })

  test('databases, users, the quota left and the volume type are part of the form, and of what will be created', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18`)
    await logInOn(page, 'demo')
    await page.getByText(/^Your quota leaves 10 of 10 instances\./).waitFor()
    await page.getByText('Space for your data: 1 to 10 GiB.').waitFor()
    await page.getByText('Your quota leaves 40 of 40 GiB for volumes.').waitFor()
    await page.getByLabel('Name of the instance').fill('shop')
    await page.getByRole('button', { name: 'Add a database' }).click()
    await page.getByRole('textbox', { name: 'Database 1' }).fill('orders')
    await page.getByRole('button', { name: 'Add a user' }).click()
    await page.getByRole('textbox', { name: 'User 1', exact: true }).fill('till')
    assert.match(await page.getByRole('textbox', { name: 'Password of user 1' }).inputValue(), /^[A-Za-z2-9]{20}$/)
    await page.getByRole('button', { name: /Volume type/ }).click()
    await page.getByRole('option').first().click()
    const summary = page.getByRole('region', { name: 'What will be created' })
    await summary.getByText('orders').waitFor()
    await summary.getByText('till').waitFor()
    await summary.getByText(/^5 GiB, /).waitFor()
    await assertLooks(page, 'create-contents')
    await page.getByRole('textbox', { name: 'User 1', exact: true }).fill('postgres')
    await page
      .getByRole('region', { name: 'What would be created' })
      .getByText('This request would be refused.')
      .waitFor()
    await page.getByRole('button', { name: 'Remove user 1' }).click()
    await summary.getByText('orders').waitFor()
    assertClean()
  })

  test('a row without a name holds the button back, and Enter in a field creates nothing', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18`)
    await logInOn(page, 'demo')
    await page.getByRole('radio', { name: /db\.micro/, checked: true }).waitFor()
    const create = page.getByRole('button', { name: 'Create the instance' })
    await page.getByText('Enter a name.', { exact: true }).waitFor()
    await page.getByLabel('Name of the instance').fill('entered')
    await page.getByRole('button', { name: 'Add a user' }).click()
    await page.getByText('Enter a name for user 1, or remove it.').waitFor()
    assert.ok(await create.isDisabled())
    await page.getByRole('textbox', { name: 'User 1', exact: true }).fill('till')
    await page.getByRole('textbox', { name: 'Password of user 1' }).fill('')
    await page.getByText('Enter a password for user 1, or remove it.').waitFor()
    for (const volume of ['0', '2.5', '']) {
      await page.getByLabel('Volume in GiB').fill(volume)
      await page.getByText('Enter the volume as a whole number of GiB, at least 1.').waitFor()
    }
    await page.getByLabel('Volume in GiB').fill('1')
    await page.getByRole('button', { name: 'Remove user 1' }).click()
    await page.getByRole('button', { name: 'Add a database' }).and(page.locator(':focus')).waitFor()
    await page.getByRole('region', { name: 'What will be created' }).getByText('entered').waitFor()
    assert.ok(await create.isEnabled())
    await page.getByLabel('Name of the instance').press('Enter')
    await page.getByLabel('Volume in GiB').press('Enter')
    await page.getByRole('link', { name: 'Instances' }).click()
    await page.getByRole('alertdialog', { name: 'Leave without creating?' }).waitFor()
    await page.getByRole('button', { name: 'Leave the page' }).click()
    await page.getByText('No instances yet').waitFor()
    assertClean()
  })

  test('a form that is filled is not lost by a link, back or a reload without a question', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/instances`)
    await logInOn(page, 'demo')
    await page.getByRole('link', { name: 'Create an instance' }).first().click()
    const name = page.getByLabel('Name of the instance')
    await name.fill('half')
    const question = page.getByRole('alertdialog', { name: 'Leave without creating?' })
    await page.getByRole('link', { name: 'Databases' }).click()
    await question.waitFor()
    await assertLooks(page, 'create-leave')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.goBack()
    await question.waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(await name.inputValue(), 'half')
    const asked: string[] = []
    page.on('dialog', dialog => {
      asked.push(dialog.type())
      void dialog.accept()
    })
    await page.reload()
    await page.getByRole('heading', { name: 'Create an instance', level: 1 }).waitFor()
    assert.deepEqual(asked, ['beforeunload'])
    assert.equal(await name.inputValue(), '')
    assertClean()
  })

  test('what the API refuses is said in its words before anything is created', async t => {
    const { page } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18&flavor=11`)
    await logInOn(page, 'demo')
    await page.getByLabel('Name of the instance').fill('small')
    const summary = page.getByRole('region', { name: 'What would be created' })
    await summary.getByRole('alert').getByText('This request would be refused.').waitFor()
    assert.ok(await page.getByRole('button', { name: 'Create the instance' }).isDisabled())
    await assertLooks(page, 'create-refused')
  })
})

withBrowser('creating an instance with little quota', () => {
  let world: World
  before(async () => {
    world = await startWorld({ conf: { DEFAULT: ['max_volumes_per_tenant = 3', 'max_accepted_volume_size = 7'] } })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('limits and quota are told at the field, and what exceeds them is refused there before anything is created', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18`)
    await logInOn(page, 'demo')
    await page.getByLabel('Name of the instance').fill('big')
    const field = page.getByLabel('Volume in GiB')
    const problem = (words: string) => page.locator('.field', { has: field }).getByText(words)
    await problem('Space for your data: 1 to 7 GiB.').waitFor()
    await field.fill('5')
    await problem('Your quota leaves only 3 of 3 GiB for volumes.').waitFor()
    const summary = page.getByRole('region', { name: 'What would be created' })
    await summary.getByText('Choose less, delete an instance, or ask your cloud operator for more.').waitFor()
    assert.ok(await page.getByRole('button', { name: 'Create the instance' }).isDisabled())
    await assertLooks(page, 'create-quota')
    await field.fill('50')
    await problem("Volume 'size' cannot exceed maximum of 7 GB, 50 cannot be accepted.").waitFor()
    await field.fill('3')
    await page.getByRole('region', { name: 'What will be created' }).getByText('3 GiB').waitFor()
    assertClean()
  })
})

/** A catalogue of many sizes, as clouds have. */
const hundredSizes = `flavors:\n${Array.from({ length: 100 }, (_, index) => {
  const vcpus = 1 + (index % 16)
  return `  - { id: s${index}, name: size.${index}, vcpus: ${vcpus}, ram: ${512 * (1 + index)}, disk: ${10 + index} }`
}).join('\n')}\n`

withBrowser('creating a database in a cloud of a hundred sizes', () => {
  let world: World
  before(async () => {
    world = await startWorld({ flavors: hundredSizes })
    await seedCatalogue(world.ports, world.dataDir)
  })
  after(() => world.stop())

  test('the sizes can be searched and ordered, and the URL keeps that', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/create?datastore=postgresql&version=18-dev`)
    await logInOn(page, 'demo')
    const sizes = page.getByRole('radio')
    await sizes.nth(23).waitFor()
    await assertLooks(page, 'create-hundred')
    await page.getByRole('button', { name: 'Show all 100 sizes that fit' }).click()
    await sizes.nth(99).waitFor()
    await page.getByLabel('Search sizes').fill('16 vcpu')
    await page.getByRole('radio', { name: /size\.15/ }).waitFor()
    await page.getByRole('radio', { name: /size\.14/ }).waitFor({ state: 'detached' })
    assert.equal(await sizes.count(), 6)
    await page.getByRole('button', { name: /Order/ }).click()
    await page.getByRole('option', { name: 'Disk' }).click()
    await page.waitForURL(/order=disk/)
    await page.reload()
    await page.getByRole('radio', { name: /size\.15/ }).waitFor()
    assert.equal(await sizes.count(), 6)
    await page.getByLabel('Search sizes').fill('none has this')
    await page.getByText("No size that fits has 'none has this' in it.").waitFor()
    assertClean()
  })
})
