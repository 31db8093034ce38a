import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Page } from 'playwright-core'
import type { TroveClient } from '../../src/client/client.ts'
import { seedCatalogue } from '../../src/main/seed-catalogue.ts'
import { startWorld, type World } from '../world.ts'
import { assertLooks, logInOn, openPage, withBrowser } from './browser.ts'
import { clientOf } from './client-of.ts'

/** A name that would run as code, would turn the text around it, and is as long as names can be. */
const hostileName = `<img src=x onerror="document.title='run'">\u202e שלום ☕️ ${'x'.repeat(300)}`.slice(0, 255)

const version = { type: 'postgresql', version: '18' }

withBrowser('the page of an instance', () => {
  let world: World
  let demo: TroveClient
  let id: string
  before(async () => {
    world = await startWorld({ worker: true })
    await seedCatalogue(world.ports, world.dataDir)
    demo = await clientOf(world, 'demo')
    const instance = { name: hostileName, flavorRef: '12', volume: { size: 1 }, datastore: version }
    id = (await demo.createInstance({ body: { instance } })).instance.id
  })
  after(() => world.stop())

  async function open(t: Parameters<typeof openPage>[0], rest = '', options = {}) {
    const opened = await openPage(t, `${world.url}/console/instances/${id}${rest}`, options)
    await logInOn(opened.page, 'demo')
    await opened.page.getByText('● ACTIVE').waitFor()
    return opened
  }
  const region = (page: Page, name: string) => page.getByRole('region', { name })

  test('address, port and a connection string for each language can be copied', async t => {
    const { page, assertClean } = await open(t, '', { permissions: ['clipboard-read', 'clipboard-write'] })
    const { port } = (await demo.showInstance({ path: { id } })).instance
    const connect = region(page, 'Connect')
    await connect.getByRole('button', { name: 'Copy the port' }).click()
    await connect.getByText('Copied').waitFor()
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), String(port))
    await connect.getByRole('button', { name: /Connection string for/ }).click()
    assert.deepEqual(await page.getByRole('option').allInnerTexts(), [
      'URL',
      'psql',
      'Python (psycopg)',
      'Node.js (pg)',
      'Go (pgx)',
      'Java (JDBC)',
    ])
    await page.getByRole('option', { name: 'Java (JDBC)' }).click()
    await connect.getByText(`jdbc:postgresql://127.0.0.1:${port}/DATABASE?user=USER&password=PASSWORD`).waitFor()
    assert.match(page.url(), /language=java/)
    await page.getByRole('link', { name: 'Size', exact: true }).click()
    await region(page, 'Change the size').waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    await connect.getByText(/jdbc:postgresql:/).waitFor()
    await connect.getByRole('button', { name: /Connection string for/ }).click()
    await page.getByRole('option', { name: 'psql' }).click()
    await connect.getByText('Replace USER, DATABASE with your own.').waitFor()
    await assertLooks(page, 'instance-overview')
    assert.notEqual(await page.title(), 'run')
    assertClean()
  })

  test('the list shows the name as text, links to the page, and can be searched', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/instances`)
    await logInOn(page, 'demo')
    await page.getByRole('row').getByText('● ACTIVE').waitFor()
    await assertLooks(page, 'instances')
    await page.getByLabel('Search instances').fill('no such name')
    await page.getByText("No instance matches 'no such name'.").waitFor()
    const port = String((await demo.showInstance({ path: { id } })).instance.port)
    for (const words of [port, 'postgresql 18']) {
      await page.getByLabel('Search instances').fill(words)
      await page.getByRole('row').getByRole('link').waitFor()
    }
    await page.getByRole('row').getByText('db.micro').waitFor()
    await page.getByLabel('Search instances').fill(id.slice(0, 8))
    await page.getByRole('row').getByRole('link').click()
    await page.waitForURL(new RegExp(`/console/instances/${id}$`))
    await page.goBack()
    await page.getByRole('row').getByRole('link').waitFor()
    assert.match(page.url(), /search=/)
    assertClean()
  })

  test('databases and users are added, listed, changed and removed', async t => {
    const { page, assertClean } = await open(t, '?view=contents')
    await region(page, 'Databases').getByText('None yet.').waitFor()
    await assertLooks(page, 'instance-contents-empty')
    for (const name of ['orders', 'stock']) {
      await page.getByRole('button', { name: 'Add a database' }).click()
      await page.getByLabel('Name of the database').fill(name)
      await page.keyboard.press('Enter')
      await region(page, 'Databases').getByRole('rowheader', { name }).waitFor()
    }
    await page.getByRole('button', { name: 'Add a user' }).click()
    await page.getByLabel('Name of the user').fill('till')
    await page.getByRole('checkbox', { name: 'stock' }).focus()
    await page.keyboard.press('Space')
    await assertLooks(page, 'instance-add-user')
    const password = await page.getByRole('textbox', { name: 'Password of the user' }).inputValue()
    await page.getByRole('button', { name: 'Add the user' }).click()
    const { port } = (await demo.showInstance({ path: { id } })).instance
    const stored = page.getByRole('dialog', { name: 'Store the password now' })
    await stored.getByText(`postgresql://till:${password}@127.0.0.1:${port}/orders`).waitFor()
    await assertLooks(page, 'instance-new-login')
    await page.keyboard.press('Escape')
    await stored.getByRole('button', { name: 'Copy the connection string of till' }).waitFor()
    await stored.getByRole('button', { name: 'I have stored it' }).click()
    const row = region(page, 'Users').getByRole('row', { name: /till/ })
    await row.getByText('orders', { exact: true }).waitFor()
    const canLogIn = async (password: string) => {
      const client = new pg.Client({ host: '127.0.0.1', port: port!, user: 'till', database: 'orders', password })
      const connected = await client.connect().then(
        () => true,
        () => false,
      )
      await client.end()
      return connected
    }
    assert.ok(await canLogIn(password))
    await page.getByRole('button', { name: 'New password: till' }).click()
    await page.getByRole('textbox', { name: 'New password' }).fill('Changed-in-2026')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await stored.getByText(`postgresql://till:Changed-in-2026@127.0.0.1:${port}/orders`).waitFor()
    await stored.getByRole('button', { name: 'I have stored it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual([await canLogIn(password), await canLogIn('Changed-in-2026')], [false, true])
    await page.getByRole('button', { name: 'Access: till' }).click()
    await page.getByRole('checkbox', { name: 'stock' }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Save' }).click()
    await row.getByText('orders, stock').waitFor()
    await assertLooks(page, 'instance-contents')
    await page.getByRole('button', { name: 'Add a database' }).click()
    await page.getByLabel('Name of the database').fill('orders')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Delete: till' }).click()
    await page.getByRole('button', { name: 'Delete the user' }).click()
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Delete the database stock' }).click()
    await page.getByLabel('Type the name to confirm').fill('stock')
    await page.keyboard.press('Enter')
    await region(page, 'Databases').getByRole('rowheader', { name: 'stock' }).waitFor({ state: 'detached' })
    assertClean()
  })

  test('the password of root is shown once', async t => {
    const { page, assertClean } = await open(t, '?view=contents')
    await page.getByRole('button', { name: 'Enable root' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Enable root' }).click()
    const root = region(page, 'Root')
    const stored = page.getByRole('dialog', { name: 'Store the password now' })
    const shown = await stored.getByText(/^postgresql:\/\/postgres:/).innerText()
    const client = new pg.Client({ connectionString: shown })
    await client.connect()
    await client.end()
    await assertLooks(page, 'instance-root')
    const question = page.waitForEvent('dialog')
    void page.evaluate('setTimeout(() => location.reload())')
    assert.equal((await question).type(), 'beforeunload')
    await (await question).dismiss()
    await stored.getByRole('button', { name: 'I have stored it' }).click()
    await page.reload()
    await root.getByRole('button', { name: 'Enable root with a new password' }).waitFor()
    assert.equal(await root.getByText('Password', { exact: true }).count(), 0)
    await root.getByRole('button', { name: 'Disable root' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable root' }).click()
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    assertClean()
  })

  test('the sizes show the present one first, and how each other one differs, or why it cannot be had', async t => {
    const { page, assertClean } = await open(t, '?view=size')
    const first = page.getByRole('radio').first()
    await page.getByRole('radio', { name: /^db\.micro \(now\)/, checked: true }).waitFor()
    assert.match(
      (await first.getAttribute('aria-label')) ?? (await page.locator('label.card').first().innerText()),
      /now/,
    )
    await page.getByText('+256 MiB memory').first().waitFor()
    await assertLooks(page, 'instance-size')
    await page.getByLabel('New size in GiB').fill('1')
    const growth = region(page, 'Enlarge the volume')
    await growth.getByText('Enter a whole number above 1.').waitFor()
    assert.ok(await growth.getByRole('button', { name: 'Enlarge the volume' }).isDisabled())
    const enlargeTo = async (size: string) => {
      await page.getByLabel('New size in GiB').fill(size)
      await page.getByLabel('New size in GiB').press('Enter')
      await page.getByRole('alertdialog', { name: `Enlarge the volume to ${size} GiB?` }).waitFor()
      await page.getByRole('button', { name: 'Enlarge', exact: true }).click()
    }
    await enlargeTo('50')
    await growth.getByText("Volume 'size' cannot exceed maximum of 10 GB, 50 cannot be accepted.").waitFor()
    await assertLooks(page, 'instance-volume-refused')
    await enlargeTo('2')
    await growth.getByText('It has 2 GiB now, and can have up to 10 GiB.').waitFor()
    await page.getByText('The new size is in place.').waitFor()
    assertClean()
  })

  test('restart, upgrade and rename are done, and told', async t => {
    const { page, assertClean } = await open(t, '?view=manage')
    await page.getByRole('button', { name: 'Restart the instance' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restart' }).click()
    await page.getByText('The instance was restarted.').waitFor()
    await page.getByText('● ACTIVE').waitFor()
    await page.getByRole('button', { name: /Another version/ }).click()
    await page.getByRole('option', { name: '18-dev' }).click()
    await page.getByRole('button', { name: 'Upgrade the instance' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Upgrade' }).click()
    await page.getByText('It has postgresql 18-dev now.').waitFor()
    await page.getByText('● ACTIVE').waitFor()
    await assertLooks(page, 'instance-manage')
    await page.getByRole('button', { name: 'Rename the instance' }).click()
    await page.getByLabel('New name').fill('renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'renamed', level: 1 }).waitFor()
    assertClean()
  })

  test('what an instance breaks is said on it, with the end of the waiver', async t => {
    const admin = await clientOf(world, 'admin')
    const versions = (await admin.listManagedVersions({})).versions
    const { name, flavorRef } = { name: 'small', flavorRef: '11' }
    const created = await demo.createInstance({
      body: {
        instance: { name, flavorRef, volume: { size: 1 }, datastore: { type: 'postgresql', version: '18-dev' } },
      },
    })
    const dev = versions.find(({ name }) => name === '18-dev')!.id
    await admin.addFlavorRequirements({ path: { id: dev }, body: { requirements: ['ram>=2048'] } })
    const { page, assertClean } = await openPage(t, `${world.url}/console/instances/${created.instance.id}`, {
      timezoneId: 'Asia/Tokyo',
    })
    await logInOn(page, 'demo')
    await page.getByText(/^db\.nano is no longer allowed for postgresql 18-dev\.$/).waitFor()
    await page.getByText(/it does not meet ram>=2048/i).waitFor()
    await assertLooks(page, 'instance-broken')
    const waived = { project_id: world.projectOf('demo'), until: '14d', reason: 'It moves soon.' }
    const { waiver } = await admin.addFlavorWaiver({ body: { datastore: 'postgresql', version: '18-dev', ...waived } })
    const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'Asia/Tokyo' })
    await page.reload()
    await page.getByText(`This is waived until ${day.format(new Date(`${waiver.until}Z`))}`).waitFor()
    await page.getByRole('link', { name: 'Choose another size' }).click()
    await page.getByRole('radio', { name: /db\.nano \(now\)/ }).waitFor()
    assertClean()
  })

  test('an instance that does not exist is told, with the way back', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/instances/none`)
    await logInOn(page, 'demo')
    await page.getByRole('heading', { name: 'Instance not found' }).waitFor()
    await assertLooks(page, 'instance-gone')
    await page.getByRole('main').getByRole('link', { name: 'your instances' }).click()
    await page.getByRole('heading', { name: 'Instances', level: 1 }).waitFor()
    assertClean()
  })
})
