import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type CommandStep, readPage } from '../../docs/play/page.ts'
import { clientsOf } from '../clients/command.ts'
import { type Deployment, deploy, type Scope, startProgram } from '../servers/deployment.ts'
import { startMariadb } from '../servers/mariadb.ts'
import { type Nginx, startNginx } from '../servers/nginx.ts'
import { freePort } from '../servers/server-process.ts'
import { logIn } from '../world.ts'

const root = join(import.meta.dirname, '../..')
const steps = readPage(join(root, 'docs/how-to/run-behind-a-proxy.md'))
const instance = (name: string) => ({
  instance: { name, flavorRef: '2', volume: { size: 1 }, datastore: { type: 'postgresql' } },
})
type Page = { instances: { id: string }[]; links?: { href: string }[]; instances_links?: { href: string }[] }

/** What the page has its reader do, with ports that are free here in the place of its own. */
async function pageOnFreePorts() {
  const ports: Record<string, number> = { 8779: await freePort(), 8780: await freePort(), 8781: await freePort() }
  const here = (text: string) => text.replace(/\b(8779|8780|8781)\b/g, port => String(ports[port]))
  const blocks = steps.flatMap(step => (step.kind === 'elsewhere' ? [step.commands] : []))
  const [apis = [], nginx = [], client = [], takeOut = [], putBack = []] = blocks
  const files = steps.flatMap(step => (step.kind === 'file' ? [[step.name, here(step.text)] as const] : []))
  const commands = (block: readonly CommandStep[]) => block.map(({ command }) => here(command))
  return {
    port: ports[8779]!,
    files: Object.fromEntries(files),
    apis: commands(apis),
    nginx: commands(nginx),
    // The client of the test has its users from elsewhere.
    client: commands(client).at(-1)!,
    takeOut: commands(takeOut),
    putBack: commands(putBack),
  }
}

/** An API as a command line of the page says, on the configuration of a deployment. */
async function startApi(command: string, { configFile }: Deployment) {
  const [npx, program, ...args] = command.replace('trove.conf', configFile).split(' ')
  assert.equal(npx, 'npx')
  return startProgram(join(root, 'bin', `${program}.js`), args, /trove-api is ready at ([^\s"]+)/)
}

function theProxy() {
  const ends: (() => Promise<void>)[] = []
  const scope: Scope = { after: end => void ends.unshift(end) }
  let page: Awaited<ReturnType<typeof pageOnFreePorts>>
  let at: Deployment
  let apis: Awaited<ReturnType<typeof startApi>>[]
  let nginx: Nginx
  let token: string
  before(async () => {
    page = await pageOnFreePorts()
    const database = await startMariadb()
    scope.after(() => database.stop())
    at = await deploy(scope, {
      apis: 0,
      workers: 0,
      connection: await database.createDatabase(),
      conf: {
        DEFAULT: ['default_datastore = postgresql', 'max_instances_per_tenant = -1', 'max_volumes_per_tenant = -1'],
        oslo_middleware: ['enable_proxy_headers_parsing = true'],
      },
    })
    apis = await Promise.all(page.apis.map(command => startApi(command, at)))
    scope.after(async () => {
      for (const { child } of apis) child.kill('SIGKILL')
      await Promise.all(apis.map(({ ended }) => ended))
    })
    nginx = await startNginx(scope, page.files, page.nginx, base(''))
    token = await logIn(apis[0]!.match[1]!, 'demo')
  })
  after(async () => {
    for (const end of ends) await end()
  })

  const base = (prefix: string) => `https://localhost:${page.port}${prefix}`
  const ask = (path: string, method = 'GET', body?: object) =>
    nginx.ask(path, { method, headers: { 'x-auth-token': token }, ...(body ? { body } : {}) })
  const ours = (path: string) => `/v1.0/${at.projectOf('demo')}${path}`

  for (const prefix of ['', '/database'])
    describe(`below '${prefix}'`, () => {
      test('the stock client logs in, lists and pages', async () => {
        const run = clientsOf({ url: base(prefix), dataDir: at.dataDir, projectOf: at.projectOf })
        const openstack = async (line: string) => {
          const ran = await run({ line: `openstack --os-cacert ${nginx.certificate} ${line} -f json`, who: 'demo' })
          assert.equal(ran.exitCode, 0, ran.shown)
          return ran.stdout as { ID: string; Name: string }[]
        }
        assert.ok((await openstack('database flavor list')).some(({ Name }) => Name === 'm1.small'))
        for (const name of ['a', 'b', 'c'])
          assert.equal((await ask(ours('/instances'), 'POST', instance(name))).status, 200)
        const [first] = await openstack('database instance list --limit 1')
        const rest = await openstack(`database instance list --marker ${first!.ID}`)
        assert.ok(rest.length >= 2 && rest.every(({ ID }) => ID > first!.ID))
      })

      test('the next page is where the link says', async () => {
        const ids: string[] = []
        let next: string | undefined = base(prefix) + ours('/instances?limit=2')
        while (next) {
          assert.ok(next.startsWith(`${base(prefix)}/v1.0/`), next)
          const answer = await ask(next)
          assert.equal(answer.status, 200, answer.text)
          const found = JSON.parse(answer.text) as Page
          assert.deepEqual(found.links, found.instances_links)
          ids.push(...found.instances.map(({ id }) => id))
          next = found.instances_links?.[0]?.href
        }
        assert.equal(new Set(ids).size, ids.length)
        assert.equal(ids.length, prefix === '' ? 3 : 6)
      })

      test('every other link leads through the proxy as well, and so does the way to the login', async () => {
        const { text } = await ask(`${prefix}${ours('/flavors/2')}`)
        const href = JSON.parse(text).flavor.links[0].href
        assert.equal(href, base(prefix) + ours('/flavors/2'))
        assert.equal((await ask(href)).text, text)
        assert.equal(JSON.parse((await ask(`${prefix}/`)).text).versions[0].links[0].href, `${base(prefix)}/v1.0/`)
      })

      test('figures are not shown to everybody', async () => {
        assert.equal((await ask(`${prefix}/metrics`)).status, 404)
        assert.equal((await ask(`${prefix}/healthcheck`)).text, 'OK')
      })
    })

  test('the client’s command of the page, as it stands there', async () => {
    const run = clientsOf({ url: base('/nowhere'), dataDir: at.dataDir, projectOf: at.projectOf })
    const ran = await run({ line: page.client.replace('certificate.pem', nginx.certificate), who: 'demo' })
    assert.match(ran.shown, /m1\.small/)
    assert.equal(ran.exitCode, 0)
  })

  test('the log names the client whom the proxy names, and not whom a client makes up', async () => {
    const headers = { 'x-auth-token': token, 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.8;host=evil' }
    const answer = await nginx.ask(`${ours('/flavors/2')}?made-up`, { headers })
    assert.ok(!answer.text.includes('evil'))
    // The last of the lines may not have come as a whole yet.
    const lines = () =>
      apis.flatMap(({ said }) => said().split('\n').slice(0, -1)).filter(line => line.includes('made-up'))
    for (const deadline = performance.now() + 10_000; lines().length === 0; await setTimeout(20))
      assert.ok(performance.now() < deadline, 'the request is not in the log')
    assert.equal(lines().length, 1)
    assert.match(JSON.parse(lines()[0]!).client, /^(127\.0\.0\.1|::1)$/)
  })

  const requests: readonly (readonly [string, string, (name: string) => object | undefined])[] = [
    ['GET', '/flavors', () => undefined],
    ['POST', '/instances/dry-run', instance],
    ['GET', '/instances?limit=1', () => undefined],
    ['POST', '/instances', instance],
  ]

  const clientCount = 4

  /** Restarts each API in turn while clients ask as fast as they get answers; what they got, and what came of it. */
  async function underTraffic(run: string, restart: (number: number) => Promise<void>) {
    let isOver = false
    let asked = 0
    const failed: string[] = []
    const made: string[] = []
    const client = async (number: number) => {
      for (let turn = 0; !isOver; turn++) {
        const [method, path, body] = requests[turn % requests.length]!
        const name = `${run}-${number}-${turn}`
        const answer = await ask(ours(path), method, body(name)).catch(error => ({ status: 0, text: String(error) }))
        asked++
        if (answer.status !== 200) failed.push(`${method} ${path}: ${answer.status}`)
        else if (method === 'POST' && path === '/instances') made.push(name)
      }
    }
    const clients = Promise.all(Array.from({ length: clientCount }, (_, number) => client(number)))
    const rounds = Number(process.env.RESTARTS ?? 2)
    try {
      for (let round = 0; round < rounds; round++)
        for (const number of apis.keys()) {
          const before = asked
          await restart(number)
          assert.ok(asked > before, 'nobody asked while it was away')
          // Who was turned away by this one a moment ago is now asking the other one, which must not go just then.
          const deadline = performance.now() + 30_000
          const settled = asked + 2 * clientCount
          while (asked < settled && performance.now() < deadline) await setTimeout(5)
        }
    } finally {
      isOver = true
      await clients
    }
    const kept = await at.ports.stores.instances.page({ projectId: at.projectOf('demo') }, undefined, 1_000_000)
    const there = kept.map(({ name }) => name).filter(name => name.startsWith(run))
    return {
      failed,
      made: made.sort(),
      there: there.sort(),
      said: `${rounds * apis.length} restarts, ${asked} requests`,
    }
  }

  const restartApi = async (number: number) => {
    apis[number]!.child.kill('SIGTERM')
    await apis[number]!.ended
    apis[number] = await startApi(page.apis[number]!, at)
  }

  test('restarted under traffic, no request that reads fails, and none that writes is done in part or twice', async t => {
    const { failed, made, there, said } = await underTraffic('plain', restartApi)
    t.diagnostic(`${said}, ${failed.length} of them failed`)
    assert.deepEqual(
      failed.filter(each => !/^POST .*: 502$/.test(each)),
      [],
    )
    assert.deepEqual(there, made)
  })

  test('taken out of nginx first, as the page has it, no request fails at all', async t => {
    const { failed, made, there, said } = await underTraffic('drained', async number => {
      // The page does it with the first one.
      const [first, other] = [page.apis[0]!, page.apis[number]!].map(command => /--port (\d+)/.exec(command)![1]!)
      const commands = (block: readonly string[]) => block.map(command => command.replace(first!, other!))
      await nginx.reload(commands(page.takeOut))
      await restartApi(number)
      await nginx.reload(commands(page.putBack))
    })
    t.diagnostic(said)
    assert.deepEqual(failed, [])
    assert.deepEqual(there, made)
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1')
  describe('nginx in front, as docs/how-to/run-behind-a-proxy.md has it', theProxy)
else
  test('nginx in front', t =>
    t.diagnostic('NOT RUN: nginx and the stock client; `npm run test:all -- --install` runs it'))
