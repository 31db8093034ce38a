import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startWorld, type World } from '../world.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.stop())

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, world.url), { redirect: 'manual', ...init })

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** The script, the style and the icon of a page, as a browser resolves their URLs at this address. */
async function filesOf(path: string, seenAs = path): Promise<string[]> {
  const html = await (await get(path)).text()
  const urls = [...html.matchAll(/ (?:src|href)="([^"]+)"/g)].map(
    match => new URL(match[1]!, new URL(seenAs, world.url)),
  )
  assert.equal(urls.length, 3, html)
  return urls.map(({ pathname }) => pathname)
}

test('every answer forbids what the console does not need', async () => {
  for (const path of [
    '/console',
    '/console/',
    '/console/instances/a',
    ...(await filesOf('/console/')),
    '/console/assets/old.js',
  ]) {
    const { headers } = await get(path)
    assert.equal(headers.get('content-security-policy'), policy, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('x-frame-options'), 'DENY', path)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
    assert.equal(headers.get('set-cookie'), null, path)
  }
})

test('the page has no script and no style that its policy forbids', async () => {
  const html = await (await get('/console/')).text()
  assert.doesNotMatch(html, /<style|<script(?! type="module" src=)|\son\w+=|\sstyle=|https?:/)
})

test('every path shows the page, whatever prefix a proxy has removed', async () => {
  const files = await filesOf('/console/')
  for (const path of ['/console/instances', '/console/instances/', '/console/a/b/c?x=1/2', '/console//a'])
    assert.deepEqual(await filesOf(path), files, path)
  assert.deepEqual(
    await filesOf('/console/instances/a', '/cloud/db/console/instances/a'),
    files.map(file => `/cloud/db${file}`),
  )
})

test('the address without its slash leads to the page, below any prefix', async () => {
  const answer = await get('/console')
  assert.equal(answer.status, 302)
  assert.equal(new URL(answer.headers.get('location')!, 'http://h/cloud/console').href, 'http://h/cloud/console/')
})

test('the page is asked for again each time, and its files never, because their names change with them', async () => {
  assert.equal((await get('/console/')).headers.get('cache-control'), 'no-cache')
  for (const file of await filesOf('/console/')) {
    const answer = await get(file)
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(answer.headers.get('content-encoding'), 'gzip')
    const plain = await get(file, { headers: { 'accept-encoding': 'identity' } })
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(await plain.text(), await answer.text())
  }
})

test('a file of an older version is not found, and that is not kept', async () => {
  const answer = await get('/console/assets/main-OLD.js')
  assert.equal(answer.status, 404)
  assert.equal(answer.headers.get('cache-control'), 'no-cache')
  assert.match(await answer.text(), /Reload the page/)
})

test('HEAD answers like GET, and other methods change nothing', async () => {
  const head = await get('/console/', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(await head.text(), '')
  assert.equal((await get('/console/', { method: 'POST' })).status, 404)
})

/** Scripts and styles of the first page, in bytes as they are sent. */
const firstBytesMax = 230_000

test('the first page stays small', async () => {
  const [style, script] = (await filesOf('/console/')).filter(file => /\.(?:js|css)$/.test(file))
  const main = await (await get(script!)).text()
  // The parts that the script imports at its beginning; the others are loaded with their pages.
  const parts = [...main.matchAll(/from"\.\/(part-\w+\.js)"/g)].map(match => `/console/assets/${match[1]}`)
  const texts = await Promise.all([style!, script!, ...new Set(parts)].map(async path => (await get(path)).text()))
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
  assert.ok(bytes < firstBytesMax, `${bytes} bytes`)
})

test('the configuration can turn the console off', async t => {
  const without = await startWorld({ conf: { trovets: ['rate_limits = false', 'console = false'] } })
  t.after(() => without.stop())
  for (const path of ['/console', '/console/', '/console/identity/v3/auth/tokens'])
    assert.equal((await fetch(`${without.url}${path}`)).status, 404)
})

test('without a Keystone, nothing is passed on: the console asks the embedded identity itself', async () => {
  const html = await (await get('/console/')).text()
  assert.match(html, /&quot;identityUrl&quot;:&quot;\.\.\/identity\/v3&quot;,&quot;hasDomains&quot;:false/)
  for (const method of ['GET', 'POST', 'DELETE']) {
    const answer = await get('/console/identity/v3/auth/tokens', { method })
    assert.equal(answer.status, 404)
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  }
})
