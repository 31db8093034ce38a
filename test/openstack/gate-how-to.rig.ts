import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { missingLine } from '../../docs/play/compare.ts'
import { readPage } from '../../docs/play/page.ts'
import { openTerminal } from '../../docs/play/stage.ts'
import { type Program, startProgram } from '../servers/deployment.ts'
import { freePort } from '../servers/server-process.ts'
import { bin } from './bin.ts'
import { passwords } from './keystone-client.ts'
import type { Rig } from './rig.ts'
import { addShop } from './shop.ts'
import { theRig } from './the-rig.ts'

const page = 'docs/how-to/put-a-gate-in-front-of-trove.md'
const steps = readPage(join(import.meta.dirname, '../..', page))
const commands = steps.flatMap(step =>
  step.kind === 'elsewhere' && step.test === 'test/openstack/gate-how-to.rig.ts' ? step.commands : [],
)
const conf = steps.find(step => step.kind === 'file' && step.name === 'gate.conf')

/** What a command must print, by a part of it; the others must end well, and no more. */
const prints: readonly (readonly [part: string, printed: RegExp])[] = [
  ['config_check', /^Gate in front of http:\/\/127\.0\.0\.1:\d+: /m],
  ['/healthcheck', /^OK\ndatabase: available\nkeystone: available\nnova: available\ntrove: available$/],
  ['/instances', /"name": "shop"/],
  ['flavors?verdicts=true', /"name":"m1\.tiny".*"verdict":\{"allowed":false/],
  ['TroveGate database instance list', /\| shop /],
  ['--enforcement warn', /^Set enforcement 'warn'/],
  ['requirement_add', /^Added requirement 'ram>=2048'/],
  ['--enforcement refuse', /^Set enforcement 'refuse'/],
  [
    'resize flavor shop',
    /^Flavor 1 is not supported for datastore version .*it does not meet ram>=2048 \(it has 512 MiB\).* \(HTTP 400\)$/,
  ],
  ['grep ^trovets_gate', /decision_duration_seconds_count\{operation="resize",outcome="refused"\} 1/],
]

describe(`${page}, with a real Keystone, Nova and Trove`, () => {
  let rig: Rig
  let folder: string
  let terminal: ReturnType<typeof openTerminal>
  let port: number
  let api: Program | undefined
  let shop: Awaited<ReturnType<typeof addShop>>
  let tenant: ReturnType<typeof keepAsking>

  before(async () => {
    rig = await theRig()
    folder = mkdtempSync(join(tmpdir(), 'trove-ts-gate-how-to-'))
    port = await freePort()
    if (conf?.kind !== 'file') throw new Error(`${page} prints no gate.conf.`)
    // How long a decision may take is not what the page is about, and this machine is busy with all of the rig.
    const text = `${conf.text.replace('http://127.0.0.1:8779', rig.trove.url)}\ndecision_timeout = 30\n`
    writeFileSync(join(folder, 'gate.conf'), text)
    for (const name of ['trove-manage', 'trove-api'])
      writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${bin(name)}' "$@"\n`, { mode: 0o755 })
    const env = {
      PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`,
      LC_ALL: 'C.UTF-8',
      HOME: folder,
      PYTHONWARNINGS: 'ignore',
      OS_AUTH_URL: `${rig.keystone.url}/v3`,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: 'admin',
      OS_PASSWORD: passwords.admin,
      OS_PROJECT_NAME: 'admin',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
    }
    terminal = openTerminal(folder, env, 500_000)
    assert.equal((await terminal.type(here(manage('db_sync')))).exitCode, 0)
    shop = await addShop(rig)
    tenant = keepAsking()
  })
  after(async () => {
    await tenant?.stop()
    api?.child.kill('SIGTERM')
    await api?.ended
    try {
      await terminal?.type(here(manage("datastore_version_flavor_requirement_delete mysql 8.0 'ram>=2GiB'")))
      await shop?.remove()
    } finally {
      terminal?.close()
      if (folder) rmSync(folder, { recursive: true })
    }
  })

  const manage = (words: string) =>
    `trove-manage --config-file /etc/trove/trove.conf --data-dir /var/lib/trove-ts ${words}`

  /** A command of the page, with what is here in the place of what the page names. */
  const here = (command: string) =>
    command
      .replaceAll('/etc/trove/trove.conf', `${rig.trove.configFile} --config-file ${join(folder, 'gate.conf')}`)
      .replaceAll('/var/lib/trove-ts', join(folder, 'data'))
      .replaceAll('/opt/trove-ts/bin/', '')
      // The rig has no user of this name, and its files are readable by root only.
      .replace('runuser --user trove-ts -- ', '')
      .replaceAll('$(hostname --fqdn)', '127.0.0.1')
      .replaceAll('$HOST:8779', new URL(rig.trove.url).host)
      .replaceAll(/(?<=(\$HOST|127\.0\.0\.1):)8780|(?<=--port )8780/g, String(port))

  /** A tenant who looks Trove up in the catalogue and lists instances, again and again. */
  function keepAsking() {
    const failed: string[] = []
    const places = new Set<string>()
    let isOver = false
    let count = 0
    const asking = (async () => {
      while (!isOver) {
        const url = await databaseUrl()
        places.add(new URL(url.at).port)
        const answer = await fetch(`${url.at}/instances`, { headers: { 'x-auth-token': url.token } })
        if (answer.status !== 200) failed.push(`${url.at}: ${answer.status} ${await answer.text()}`)
        count++
        await setTimeout(3000)
      }
    })().catch(error => failed.push(String(error)))
    return {
      async stop() {
        isOver = true
        await asking
        return { failed, places: [...places], count }
      },
    }
  }

  async function databaseUrl() {
    const user = { name: 'demo', domain: { id: 'default' }, password: passwords.demo }
    const answer = await fetch(`${rig.keystone.url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user } },
          scope: { project: { name: 'demo', domain: { id: 'default' } } },
        },
      }),
    })
    type Endpoint = { interface: string; region: string; url: string }
    const { token } = (await answer.json()) as { token: { catalog: { type: string; endpoints: Endpoint[] }[] } }
    const { endpoints } = token.catalog.find(({ type }) => type === 'database')!
    const at = endpoints.find(each => each.region === 'RegionOne' && each.interface === 'public')!.url
    return { at, token: answer.headers.get('x-subject-token')! }
  }

  for (const { command, shown } of commands)
    test(`$ ${command}`, async () => {
      if (here(command).startsWith('trove-api ')) {
        api = await startProgram(bin('trove-api'), here(command).split(' ').slice(1), /Gate in front of/)
        return
      }
      let { exitCode, output } = await terminal.type(here(command))
      // On a busy machine, a service may not answer in time at first.
      const isEarly = () => command.startsWith('curl') && (exitCode !== 0 || output.includes('unavailable'))
      for (let tries = 0; isEarly() && tries < 20; tries++) ({ exitCode, output } = await terminal.type(here(command)))
      const expected = prints.find(([part]) => command.includes(part))?.[1]
      if (expected) assert.match(output.trim(), expected)
      assert.equal(missingLine(shown, output), undefined, output)
      if (!command.includes('resize')) assert.equal(exitCode, 0, output)
    })

  test('what the gate refused, Trove alone lets through', async () => {
    const { exitCode, output } = await terminal.type('openstack database instance resize flavor shop m1.tiny')
    assert.equal(exitCode, 0, output)
  })

  test('no request of a tenant was lost, neither on the way there nor back', async () => {
    const { failed, places, count } = await tenant.stop()
    assert.deepEqual(failed, [])
    assert.ok(count > 3)
    assert.deepEqual(places.sort(), [String(port), String(rig.trove.port)].sort())
    assert.ok(commands.length >= 17)
  })
})
