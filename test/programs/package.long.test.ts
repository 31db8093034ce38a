import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readPage } from '../../docs/play/page.ts'

const root = join(import.meta.dirname, '..', '..')
const commands = readPage(join(root, 'docs/how-to/run-under-systemd.md')).flatMap(step =>
  step.kind === 'elsewhere' ? step.commands.map(({ command }) => command) : [],
)
const troves = ['trove-api', 'trove-manage', 'trove-taskmanager']

/** The folder that docs/how-to/run-under-systemd.md installs into. */
const prefixOfPage = '/opt/trove-ts'

/** Uses the published types, and sends a request to a service that is not there. */
const clientProgram = `
import { type Answer, ApiError, openTroveClient, type Send } from 'trove-ts/client'
const send: Send = async () => ({ status: 502, headers: {}, body: undefined })
const trove = openTroveClient(send)
const names = ({ flavors }: Answer<'listFlavors'>): string[] => flavors.map(({ name }) => name)
// @ts-expect-error: the datastore is missing
const incomplete: Parameters<typeof trove.showDatastore>[0] = {}
try {
  names(await trove.listFlavors(incomplete as {}))
} catch (error) {
  if (error instanceof ApiError) console.log(error.name, error.status)
}
`

describe('the package, installed by the commands of docs/how-to/run-under-systemd.md on a machine with a Trove', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-package-'))
  const prefix = join(folder, 'opt')
  const debian = join(folder, 'debian')
  const env = { ...process.env, PATH: `${debian}:${process.env.PATH}` }
  after(() => rmSync(folder, { recursive: true }))

  function type(command: string) {
    const run = spawnSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8', timeout: 600_000 })
    return { status: run.status, out: run.stdout, err: run.stderr }
  }

  /** A command of the page, in the temporary folder. The dependencies of the checkout are installed already. */
  const here = (command: string) =>
    command
      .replaceAll(prefixOfPage, prefix)
      .replace(/^npm ci$/, 'true')
      .replace(/^npm pack$/, `npm pack --pack-destination '${folder}' '${root}'`)

  before(() => {
    mkdirSync(debian)
    for (const name of troves) writeFileSync(join(debian, name), '#!/bin/sh\necho of Debian\n', { mode: 0o755 })
    assert.ok(commands.some(command => command.startsWith('npm install ')))
    for (const command of commands) {
      const { status, out, err } = type(here(command))
      assert.equal(status, 0, `$ ${command}\n${out}${err}`)
    }
  })

  test('the package has neither sources nor tests', () => {
    const { out } = type('tar tzf trove-ts-*.tgz')
    assert.deepEqual(
      out.split('\n').filter(name => /(?<!\.d)\.ts$|\/(test|src|bench)\//.test(name)),
      [],
    )
  })

  test('Trove’s programs are what they were, and a shell still finds them', () => {
    for (const name of troves) {
      assert.equal(type(name).out, 'of Debian\n')
      assert.ok(existsSync(join(prefix, 'bin', name)))
    }
  })

  test('the program for tenants is in the package, and needs no server to explain itself', () => {
    assert.match(type(`'${join(prefix, 'bin/trovets')}' check --help`).out, /^Usage: trovets check /)
    const { status, err } = type(`HOME='${folder}' '${join(prefix, 'bin/trovets')}' flavors mysql 8.0`)
    assert.equal(status, 1)
    assert.match(err, /^No cloud is configured\./)
  })

  test('another program can use the client, with types', () => {
    const program = join(folder, 'program')
    mkdirSync(join(program, 'node_modules'), { recursive: true })
    symlinkSync(join(prefix, 'lib/node_modules/trove-ts'), join(program, 'node_modules/trove-ts'))
    writeFileSync(join(program, 'package.json'), '{"type":"module"}')
    writeFileSync(join(program, 'program.ts'), clientProgram)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options = '--strict --target esnext --module nodenext --lib esnext,dom --types ""'
    const { status, out } = type(`cd '${program}' && '${process.execPath}' '${compiler}' ${options} program.ts`)
    assert.equal(status, 0, out)
    assert.equal(type(`'${process.execPath}' '${join(program, 'program.js')}'`).out, 'ApiError 502\n')
  })

  const units = globSync(join(root, 'packaging/systemd/*.service'))

  test('the units are in the package, and start programs that are there', () => {
    assert.ok(units.length >= 4)
    for (const unit of units) {
      const text = readFileSync(join(prefix, 'lib/node_modules/trove-ts/packaging/systemd', basename(unit)), 'utf8')
      const program = /^ExecStart=(\S+)/m.exec(text)![1]!
      assert.ok(program.startsWith(`${prefixOfPage}/`), program)
      assert.match(type(`'${program.replace(prefixOfPage, prefix)}' --help`).out, /^Usage: /, program)
    }
  })

  test('the filter for trove-api is in the package', () => {
    const file = 'packaging/paste/trovets_filter.py'
    assert.equal(
      readFileSync(join(prefix, 'lib/node_modules/trove-ts', file), 'utf8'),
      readFileSync(join(root, file), 'utf8'),
    )
  })

  test('systemd accepts the units', t => {
    if (type('command -v systemd-analyze').status !== 0) return t.diagnostic('NOT RUN: systemd-analyze is missing')
    mkdirSync(join(folder, 'units'))
    for (const unit of units) {
      const text = readFileSync(unit, 'utf8').replaceAll(prefixOfPage, prefix)
      writeFileSync(join(folder, 'units', basename(unit)), text.replace(/^User=.*$/m, ''))
    }
    const { out, err } = type('systemd-analyze verify --man=no units/*.service')
    // It may complain of units of this machine, too.
    assert.doesNotMatch(out + err, /trove-ts/)
  })

  test('the crontab of docs/how-to/monitor.md finds the program and what it needs', () => {
    const page = readFileSync(join(root, 'docs/how-to/monitor.md'), 'utf8')
    const [, path, command] = /^PATH=(.*)\n(?:\S+ +){6}(.*)$/m.exec(page)!
    const data = join(folder, 'scanned')
    const typed = command!.replace(prefixOfPage, prefix).replace('/var/lib/trove-ts', data)
    assert.equal(type(`'${join(prefix, 'bin/trove-manage')}' --data-dir '${data}' db_sync`).status, 0)
    // Flavors are made by the first start.
    writeFileSync(join(data, 'flavors.yaml'), 'flavors: []\n')
    const { status, out, err } = type(`env --ignore-environment PATH=${path} sh -c "${typed}"`)
    assert.deepEqual([status, out, err], [0, '', ''])
  })

  test('the service starts with its console, and every command that it and its errors print is of this package', async () => {
    const data = join(folder, 'data')
    const early = type(`'${join(prefix, 'bin/trove-api')}' --data-dir '${data}' --port 0`)
    assert.equal(early.status, 1)
    assert.ok(early.err.includes(`\`${join(prefix, 'bin/trove-manage')} db_sync\``), early.err)
    const args = ['--port', '0', '--data-dir', data]
    const server = spawn(join(prefix, 'bin/trove-all-in-one'), args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      let said = ''
      server.stdout.on('data', chunk => (said += chunk))
      while (!said.endsWith('\n\n')) await Promise.race([once(server.stdout, 'data'), once(server, 'close')])
      const printed = [...said.matchAll(/^ {2}(.*trove-manage .*)$/gm)].map(([, command]) => command!)
      assert.ok(printed.length >= 4, said)
      for (const command of printed) {
        assert.ok(command.startsWith(join(prefix, 'bin/trove-manage')), command)
        assert.deepEqual([type(command).status, type(command).err], [0, ''], command)
      }
      const address = /^The console: (\S+)/m.exec(said)![1]!
      const html = await (await fetch(address)).text()
      const script = await fetch(new URL(/<script [^>]*src="([^"]+)"/.exec(html)![1]!, address))
      assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript; charset=utf-8'])
      await script.arrayBuffer()
    } finally {
      server.kill()
      await once(server, 'close')
    }
  })
})
