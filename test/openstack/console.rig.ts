import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible, logInOn, openPage } from '../console/browser.ts'
import { type GateBench, startGateBench } from './gate-bench.ts'
import { passwordOf } from './keystone-client.ts'
import { type OurServer, startOurServer, untilItAnswers } from './our-server.ts'
import type { Rig } from './rig.ts'
import { theRig } from './the-rig.ts'

type Scope = Parameters<typeof openPage>[0]

/** Opens a page of the console as a user of Keystone, who works in the project of the same name. */
async function openAs(t: Scope, user: string, url: string) {
  const opened = await openPage(t, url)
  await opened.page.getByLabel('Domain of the user').fill('Default')
  await logInOn(opened.page, user, passwordOf(user))
  const project = opened.page.getByRole('button', { name: user, exact: true })
  const menu = opened.page.getByRole('button', { name: new RegExp(`^${user} in `) })
  await project.or(menu).waitFor()
  if (await project.isVisible()) await project.click()
  await opened.page.getByRole('button', { name: `${user} in ${user}` }).waitFor()
  return opened
}

type Waived = Readonly<{ project: string; version: string; reason: string }>

/** What an operator does: looks what fits where, and waives the rules of a version of mysql for a project. */
async function lookAndWaive(t: Scope, consoleUrl: string, { project, version, reason }: Waived) {
  const { page, assertClean } = await openAs(t, 'admin', `${consoleUrl}matrix`)
  const refusals = page.getByRole('grid').getByRole('link', { name: /^refused: / })
  await refusals.first().waitFor()
  await assertAccessible(page)
  await page.getByRole('link', { name: 'Waivers', exact: true }).click()
  await page.getByRole('button', { name: 'Add a waiver' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a waiver' })
  await dialog.getByLabel('Project id').fill(project)
  for (const [field, name] of [
    ['Datastore', 'mysql'],
    ['Version', version],
  ] as const) {
    await dialog.getByRole('button', { name: new RegExp(field) }).click()
    await page.getByRole('option', { name: new RegExp(`^${RegExp.escape(name)}`) }).click()
  }
  await dialog.getByLabel('Why it is needed').fill(reason)
  await page
    .getByRole('region', { name: 'What would change' })
    .getByText(/In force until/)
    .waitFor()
  await assertAccessible(page)
  await dialog.getByRole('button', { name: 'Add the waiver' }).click()
  await page.getByText('The waiver was added.').waitFor()
  await page.getByText(reason).first().waitFor()
  assertClean()
}

const summary = (page: Page) => page.getByRole('region', { name: /^What (?:will|would) be created$/ })

describe('the console beside a real Keystone and Trove', () => {
  let rig: Rig
  let ours: OurServer
  before(async () => {
    rig = await theRig()
    ours = await startOurServer(rig, { conf: { keystone_authtoken: ['http_connect_timeout = 50'] } })
    await untilItAnswers(ours)
  })
  after(() => ours?.stop())

  test('a user of Keystone logs in, sees Nova’s sizes with their reasons, and is told who creates instances', async t => {
    const { page, assertClean } = await openAs(t, 'demo', `${ours.url}/console/create?datastore=mysql&version=8.0`)
    await page.getByRole('radio').first().waitFor()
    await page.getByText(/sizes? do(?:es)? not fit\./).click()
    await page
      .getByText(/it is not on the list of mysql 8\.0/i)
      .first()
      .waitFor()
    await page.getByLabel('Name of the instance').fill('beside')
    await summary(page).getByText('mysql 8.0').waitFor()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Create the instance' }).click()
    await page
      .getByRole('alert')
      .getByText(/Instances are created by another Trove/)
      .waitFor()
    assertClean()
  })

  test('an operator sees what fits where with Nova’s flavors, and waives rules for a project', async t => {
    const project = rig.ids.projects.demo
    await lookAndWaive(t, `${ours.url}/console/`, { project, version: '8.0', reason: 'It moves on Sunday.' })
  })

  test('a wrong password is refused by Keystone, in words', async t => {
    const { page } = await openPage(t, `${ours.url}/console/`)
    await page.getByLabel('Domain of the user').fill('Default')
    await logInOn(page, 'demo', 'wrong')
    await page.getByRole('alert').waitFor()
  })
})

describe('the console at the gate in front of a real Trove', () => {
  let bench: GateBench
  before(async () => {
    bench = await startGateBench(await theRig())
  })
  after(() => bench?.stop())

  test('what the gate would refuse is said before; what it admits reaches Trove with its network', async t => {
    const start = `${bench.ours.url}/console/create?datastore=mysql&version=strict`
    const { page, assertClean } = await openAs(t, 'demo', `${start}&flavor=1`)
    await page.getByLabel('Name of the instance').fill('gated')
    await summary(page).getByText('This request would be refused.').waitFor()
    await page.getByRole('radio').first().click({ force: true })
    await summary(page).getByText('mysql strict').waitFor()
    const network = bench.rig.ids.image
    await page.getByLabel('Id of the network').fill(network)
    await summary(page).getByText(network).waitFor()
    await assertAccessible(page)
    bench.trove.forget()
    await page.getByRole('button', { name: 'Create the instance' }).click()
    const heading = page.getByRole('heading', { name: 'gated', level: 1 })
    const refused = page.getByText('The instance was not created.')
    await heading.or(refused).waitFor()
    const sent = bench.trove.received().find(({ method, path }) => method === 'POST' && path.endsWith('/instances'))
    assert.deepEqual(JSON.parse(sent?.body ?? '{}').instance?.nics, [{ 'net-id': network }])
    assertClean()
  })

  test('an instance of Trove has its page: state, sizes and what it breaks', async t => {
    const id = await bench.instance('1', 'strict')
    const { page, assertClean } = await openAs(t, 'demo', `${bench.ours.url}/console/instances/${id}`)
    await page.getByText('● ACTIVE').waitFor()
    await page.getByText(/is no longer allowed for mysql strict/).waitFor()
    await page.getByRole('link', { name: 'Size', exact: true }).click()
    await page.getByRole('radio', { name: /\(now\)/ }).waitFor()
    await assertAccessible(page)
    assertClean()
  })

  test('an operator waives what an instance of Trove breaks, and its page says until when', async t => {
    const id = await bench.instance('1', 'strict')
    const project = bench.rig.ids.projects.demo
    await lookAndWaive(t, `${bench.ours.url}/console/`, { project, version: 'strict', reason: 'It is resized soon.' })
    const { page, assertClean } = await openAs(t, 'demo', `${bench.ours.url}/console/instances/${id}`)
    await page.getByText(/This is waived until/).waitFor()
    assertClean()
  })
})
