import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { missingLine } from '../../docs/play/compare.ts'
import { readPage } from '../../docs/play/page.ts'
import { openTerminal } from '../../docs/play/stage.ts'
import { bin } from './bin.ts'
import { makeCatalogue } from './furnish.ts'
import { passwords } from './keystone-client.ts'
import { makeService, type Service } from './openstack-process.ts'
import { type OurServer, startOurServer } from './our-server.ts'
import type { Rig } from './rig.ts'
import { addShop } from './shop.ts'
import { theRig } from './the-rig.ts'

const root = join(import.meta.dirname, '../..')
const page = 'docs/how-to/ask-from-inside-trove.md'
const steps = readPage(join(root, page))
const commands = steps.flatMap(step => (step.kind === 'elsewhere' ? step.commands : []))

/** The text of a file that the page prints. */
function printed(name: string): string {
  const file = steps.find(step => step.kind === 'file' && step.name === name)
  if (file?.kind !== 'file') throw new Error(`${page} prints no ${name}.`)
  return file.text
}

const region = 'WithFilter'

describe(`${page}, inside a real Trove 18`, () => {
  let rig: Rig
  let folder: string
  let terminal: ReturnType<typeof openTerminal>
  let ours: OurServer | undefined
  let trove: Service | undefined
  let shop: Awaited<ReturnType<typeof addShop>>
  let callerId = ''

  before(async () => {
    rig = await theRig()
    folder = mkdtempSync(join(tmpdir(), 'trove-ts-filter-how-to-'))
    mkdirSync(join(folder, 'python'))
    const program = `#!/bin/sh\nexec '${process.execPath}' '${bin('trove-manage')}' "$@"\n`
    writeFileSync(join(folder, 'trove-manage'), program, { mode: 0o755 })
    terminal = openTerminal(
      folder,
      {
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
        OS_REGION_NAME: 'RegionOne',
      },
      500_000,
    )
    shop = await addShop(rig)
  })
  after(async () => {
    await trove?.remove()
    await ours?.stop()
    const tidy = [
      'export OS_REGION_NAME=RegionOne',
      manage("datastore_version_flavor_requirement_delete mysql 8.0 'ram>=2GiB'"),
      `openstack endpoint list --region ${region} -f value -c ID | xargs openstack endpoint delete`,
      `openstack region delete ${region}`,
      'openstack user delete --domain Default trovets-filter',
    ]
    try {
      for (const command of tidy) await terminal?.type(command)
      await shop?.remove()
    } finally {
      terminal?.close()
      if (folder) rmSync(folder, { recursive: true })
    }
  })

  const manage = (words: string) =>
    `trove-manage --config-file ${rig.trove.configFile} --data-dir ${join(folder, 'data')} ${words}`

  /** A command of the page, with what is here in the place of what the page names. */
  const here = (command: string) =>
    command
      .replaceAll('/opt/trove-ts/lib/node_modules/trove-ts', root)
      .replaceAll('/usr/lib/python3/dist-packages/', join(folder, 'python'))
      .replaceAll('/etc/trove/trove.conf', rig.trove.configFile)
      .replaceAll('/var/lib/trove-ts', join(folder, 'data'))
      .replaceAll('/opt/trove-ts/bin/', '')

  /** Starts a second trove-api on the same database, with the filter as the page says. */
  async function startFiltered() {
    ours = await startOurServer(rig, { conf: { trovets: [`decision_callers = ${callerId}`] } })
    trove = await makeService(
      'trove-with-filter',
      () => ({ PYTHONPATH: join(folder, 'python') }),
      (_port, inside) => ['trove-api', '--config-file', `${inside}/trove.conf`],
    )
    const [, added] = printed('api-paste.part.ini').split(/(?=^\[filter:trovets\])/m)
    const pipeline = /^pipeline = .*$/m.exec(printed('api-paste.part.ini'))![0]
    const original = readFileSync('/etc/trove/api-paste.ini', 'utf8')
    // The page prints the pipeline of this file, with a word more.
    assert.ok(original.includes(pipeline.replace(' trovets', '')))
    const paste = `${original.replace(/^pipeline = .*$/m, pipeline)}\n${added!.replace('http://controller:8780', ours.url)}`
    const login = printed('filter.conf').replace('http://controller:5000', rig.keystone.url)
    const conf = readFileSync(rig.trove.configFile, 'utf8')
      .replace(/^bind_port = .*$/m, `bind_port = ${trove.port}`)
      .replace(/^api_paste_config = .*$/m, `api_paste_config = ${trove.write('api-paste.ini', paste)}`)
    trove.write('trove.conf', `${conf}\n${login}`)
    await trove.start()
    await makeCatalogue(rig.client, [['trove', 'database', `${trove.url}/v1.0/%(tenant_id)s`]], region)
    // Only this Trove is in the other region, and Keystone is not.
    await terminal.type(`export OS_REGION_NAME=${region}`)
  }

  for (const { command, shown } of commands)
    test(`$ ${command}`, async () => {
      const isRefused = command.startsWith('openstack database instance resize')
      if (command.includes('datastore_version_flavor_requirement_add')) await startFiltered()
      const { exitCode, output } = await terminal.type(here(command))
      if (command.startsWith('openstack user show')) callerId = output.trim()
      assert.equal(missingLine(shown, output), undefined, output)
      if (isRefused)
        assert.match(output, /^Flavor 1 is not supported .*it does not meet ram>=2048 \(it has 512 MiB\).*\(HTTP 400\)/)
      else assert.equal(exitCode, 0, output)
    })

  test('everything else reaches Trove, and a resize that is allowed, too', async () => {
    const list = await terminal.type('openstack database instance list')
    assert.match(list.output, /\| shop /)
    const resize = await terminal.type('openstack database instance resize flavor shop m1.medium')
    assert.equal(resize.exitCode, 0, resize.output)
  })
})
