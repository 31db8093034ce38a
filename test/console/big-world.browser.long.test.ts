import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../attacks/until.ts'
import { startWorld, type World } from '../world.ts'
import { logInOn, openPage, withBrowser } from './browser.ts'
import { addInstances, addVersions, asAdmin, flavorsFile, versionIdOf } from './operator-world.ts'
import { taskTimesDuring } from './task-times.ts'

const versionCount = 50
const flavorCount = 2000
const instanceCount = 5000

const flavors = Array.from({ length: flavorCount }, (_, index) => ({
  ...{ id: `f${index}`, name: `m${index % 20}.size-${index}`, vcpus: 1 + (index % 16) },
  ...{ ram: 512 * (1 + (index % 64)), disk: 1 + (index % 200) },
}))
const datastores = ['mariadb', 'mysql', 'postgresql', 'redis', 'valkey']
const versions = Array.from(
  { length: versionCount },
  (_, index) => [datastores[index % datastores.length]!, `${1 + Math.floor(index / datastores.length)}.0`] as const,
)

/** Scrolls the grid, or the page, in steps of a frame, and returns the time of each frame in ms. */
const scroll = (
  axis: 'scrollTop' | 'scrollLeft',
  step: number,
  frames: number,
  what = '[role="grid"]',
) => `new Promise(resolve => {
  const grid = document.querySelector('${what}')
  const times = []
  let last = performance.now()
  const frame = now => {
    times.push(now - last)
    last = now
    if (times.length > ${frames}) return resolve(times.slice(1))
    grid.${axis} += ${step}
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
})`

const filled = `[...document.querySelectorAll('.matrix-cell')].every(cell => !cell.classList.contains('unknown'))`

const sorted = (times: readonly number[]) => times.toSorted((one, other) => one - other)
const part = (times: readonly number[], share: number) =>
  Math.round(sorted(times)[Math.floor(times.length * share)] ?? 0)
const figures = (times: readonly number[]) =>
  `median ${part(times, 0.5)} ms, 95 of 100 within ${part(times, 0.95)} ms, longest ${part(times, 0.9999)} ms`

/** Scrolls, and says how long frames and tasks took. */
async function scrolled(page: Page, script: string) {
  let times: number[] = []
  const tasks = await taskTimesDuring(page, async () => {
    times = (await page.evaluate(script)) as number[]
  })
  return `frames: ${figures(times)}; longest tasks: ${tasks.slice(0, 4).map(Math.round).join(', ')} ms`
}

withBrowser(`the matrix of ${versionCount} versions and ${flavorCount} flavors`, () => {
  let world: World
  before(async () => {
    world = await startWorld({ flavors: flavorsFile(flavors) })
    await addVersions(world, versions)
    const mine = await versionIdOf(world, ...versions[0]!)
    // In pieces: a statement has a limit of values.
    for (let place = 0; place < instanceCount; place += 500)
      await addInstances(
        world,
        mine,
        Array.from({ length: 500 }, (_, index) => ({
          ...{
            name: `mine-${place + index}`,
            flavorId: `f${place + index}`.slice(0, 4),
            projectId: world.projectOf('demo'),
          },
        })),
      )
    for (const datastore of datastores.slice(0, 3))
      await asAdmin(world, 'POST', `/mgmt/datastores/${datastore}/flavor-requirements`, { requirements: ['ram>=2GiB'] })
    for (const [index, [datastore, name]] of versions.entries()) {
      const id = await versionIdOf(world, datastore, name)
      if (index % 3 === 0)
        await asAdmin(world, 'POST', `/mgmt/datastore-versions/${id}/flavor-requirements`, {
          ...{ requirements: ['vcpus>=4', 'disk>=40'], level: index % 2 === 0 ? 'refuse' : 'warn' },
        })
      const share = instanceCount / versionCount
      await addInstances(
        world,
        id,
        Array.from({ length: share }, (_, place) => ({
          ...{ name: `db-${index}-${place}`, flavorId: `f${(index * share + place) % flavorCount}` },
          projectId: `project-${place}`,
        })),
      )
    }
  })
  after(() => world.stop())

  const millisecondsTo = async (page: Page, url: string, seen: () => Promise<unknown>) => {
    const began = performance.now()
    await page.goto(url, { waitUntil: 'commit' })
    await seen()
    return Math.round(performance.now() - began)
  }

  test('is usable at once, keeps few cells, asks once for each version while it is scrolled', async t => {
    const url = `${world.url}/console/matrix`
    const { page, assertClean } = await openPage(t, url)
    page.setDefaultTimeout(180_000)
    await logInOn(page, 'admin')
    const cell = page.getByRole('gridcell').getByRole('link', { name: /^(?:allowed|refused)/ })
    await cell.first().waitFor()
    let asked = 0
    page.on('request', request => {
      if (request.url().endsWith('/flavor-verdicts')) asked++
    })
    const usable = await millisecondsTo(page, url, () => cell.first().waitFor())
    await until('all cells are filled', () => page.evaluate<boolean>(filled))
    const down = await scrolled(page, scroll('scrollTop', 160, 240))
    const right = await scrolled(page, scroll('scrollLeft', 25, 240))
    const settled = performance.now()
    await until('all cells are filled', () => page.evaluate<boolean>(filled))
    const nodes = Number(await page.evaluate('document.querySelectorAll("*").length'))
    const heap = Math.round(Number(await page.evaluate('performance.memory.usedJSHeapSize')) / 2 ** 20)
    t.diagnostic(`first usable matrix: ${usable} ms`)
    t.diagnostic(`scrolling down, ${down}`)
    t.diagnostic(`scrolling right, ${right}`)
    t.diagnostic(`all cells filled ${Math.round(performance.now() - settled)} ms after the last step`)
    t.diagnostic(`${nodes} elements, ${heap} MiB of JavaScript objects, ${asked} requests for verdicts`)
    assert.ok(nodes < 2500, `${nodes} elements are on the page`)
    assert.ok(asked <= versionCount + 1, `${asked} requests were sent for ${versionCount} versions`)
    assertClean()
  })

  test('a project with 5,000 instances sees the first at once, and finds each', async t => {
    const url = `${world.url}/console/instances`
    const { page, assertClean } = await openPage(t, url)
    page.setDefaultTimeout(300_000)
    await logInOn(page, 'demo')
    const rows = page.getByRole('row')
    const usable = await millisecondsTo(page, url, () => rows.nth(5).waitFor())
    const began = performance.now()
    await page.getByText(/instances so far/).waitFor({ state: 'detached' })
    const all = Math.round(performance.now() - began)
    const down = await scrolled(page, scroll('scrollTop', 120, 240, 'html'))
    const shown = await rows.count()
    t.diagnostic(`first instances: ${usable} ms, all of them: ${all} ms later; ${shown} rows on the page`)
    t.diagnostic(`scrolling, ${down}`)
    assert.ok(shown < 120, `${shown} rows are on the page`)
    assert.equal(await page.getByRole('table').getAttribute('aria-rowcount'), String(instanceCount + 1))
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    await page.locator(`tr[aria-rowindex="${instanceCount + 1}"]`).waitFor()
    await page.getByLabel('Search instances').fill('mine-4321')
    await page.getByRole('link', { name: 'mine-4321' }).waitFor()
    assert.equal(await rows.count(), 2)
    assertClean()
  })

  test('the page of a datastore shows the effect of a requirement on all its versions', async t => {
    const { page, assertClean } = await openPage(t, `${world.url}/console/datastores/valkey`)
    page.setDefaultTimeout(180_000)
    await logInOn(page, 'admin')
    const row = page.getByRole('link', { name: '10.0' })
    await row.waitFor()
    const usable = await millisecondsTo(page, page.url(), () => row.waitFor())
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await page.getByRole('textbox', { name: 'Requirement' }).fill('ram>=8GiB')
    const began = performance.now()
    await page.keyboard.press('Enter')
    await page.getByText(/instances of \d+ projects/).waitFor()
    t.diagnostic(
      `page of a datastore: ${usable} ms; effect of a requirement: ${Math.round(performance.now() - began)} ms`,
    )
    assertClean()
  })
})
