import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { runsEverything, several } from '../extent.ts'
import { makeInstallation } from './installation.ts'

const { folder, run, start, stop, passwordOf, logIn, manage, remove } = makeInstallation()

/** The service on the folder 'one', which several tests use. */
let server: Awaited<ReturnType<typeof start>>
before(async () => {
  server = await start('one')
})
after(async () => {
  if (server.child.exitCode === null) await stop(server)
  remove()
})

const hasNoTerminals =
  (process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0) &&
  'this system has no script of util-linux'

test('a second service on the same folder is refused, names the first one, and changes nothing of it', async () => {
  const clouds = () => readFileSync(join(folder, 'one', 'clouds.yaml'), 'utf8')
  const before = clouds()
  await assert.rejects(start('one'), (error: Error) => {
    assert.match(
      error.message,
      /Another trove-ts is already running on \S+one \(http:\/\/127\.0\.0\.1:\d+, pid \d+\)\./,
    )
    assert.ok(error.message.includes(server.url))
    return true
  })
  assert.equal(clouds(), before)
})

test('what is secret is readable by its owner only', () => {
  const mode = (name: string) => statSync(join(folder, 'one', name)).mode & 0o777
  // What root starts runs as somebody else, who must pass through the folder, and may read nothing in it.
  assert.equal(mode('.'), process.getuid?.() === 0 ? 0o711 : 0o700)
  const files = readdirSync(join(folder, 'one'), { withFileTypes: true }).filter(entry => entry.isFile())
  assert.ok(files.some(({ name }) => name === 'clouds.yaml'))
  for (const { name } of files) assert.equal(mode(name), 0o600, name)
})

test('the end of its terminal stops it as Ctrl-C does', { skip: hasNoTerminals }, async () => {
  const program = join(import.meta.dirname, '../../bin/trove-all-in-one.js')
  const line = `exec '${process.execPath}' '${program}' --port 0 --data-dir '${join(folder, 'hangup')}'`
  const terminal = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'])
  let shown = ''
  terminal.stdout.on('data', chunk => (shown += chunk))
  while (!shown.includes('--help')) await once(terminal.stdout, 'data')
  terminal.kill('SIGKILL')
  // SQLite removes this file when the database is closed in an orderly way.
  for (const deadline = performance.now() + 30_000; existsSync(join(folder, 'hangup', 'trove.sqlite-wal')); )
    await setTimeout(20).then(() => assert.ok(performance.now() < deadline, shown))
  if (runsEverything) await stop(await start('hangup'))
})

test('a start after a kill has the same users and what was changed, and seeds nothing again', async () => {
  const before = passwordOf('one', 'trove-demo')
  assert.equal((await manage('one', 'datastore_version_flavor_delete', 'postgresql', '18', '12')).code, 0)
  await stop(server, 'SIGKILL')
  server = await start('one')
  assert.equal(passwordOf('one', 'trove-demo').password, before.password)
  assert.equal((await logIn(server.url, 'one')).status, 201)
  const listed = await manage('one', 'datastore_version_flavor_list', 'postgresql', '18', '-f', 'value')
  assert.deepEqual(
    listed.out
      .trim()
      .split('\n')
      .map(line => line.split(' ')[0]),
    ['13', '14'],
  )
})

test('the printed commands work as they stand, beside a configuration file and a data folder of their own', async t => {
  const database = join(folder, 'elsewhere.sqlite')
  const configFile = join(folder, 'trove.conf')
  writeFileSync(configFile, `[DEFAULT]\nbind_host = 127.0.0.1\n[database]\nconnection = sqlite:///${database}\n`)
  const server = await start('both', '--config-file', configFile)
  t.after(() => stop(server))
  assert.ok(server.said.out.includes(`except the database, which is ${database}`), server.said.out)
  const manage = join(import.meta.dirname, '../../bin/trove-manage.js')
  const commands = [...server.said.out.matchAll(/^ {2}npx trove-manage (.+)$/gm)].map(([, args]) => args!)
  assert.ok(commands.length >= 4)
  for (const args of commands.slice(0, several(commands.length, 2))) {
    const { status, stderr } = spawnSync('sh', ['-c', `exec '${process.execPath}' '${manage}' ${args}`], {
      cwd: folder,
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [0, ''], args)
  }
})

test('a port that is taken is a sentence and exit 1', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { said, ended } = run('trove-all-in-one', ['--port', String(port), '--data-dir', join(folder, 'taken')])
  assert.equal(await ended, 1)
  assert.match(
    said.err,
    new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is already in use by another program\\. .*--port\\.$`, 'm'),
  )
  // From `npm start`, it is the sentence of the README.
  const environment = { npm_lifecycle_event: 'start' }
  const again = run('trove-all-in-one', ['--port', String(port), '--data-dir', join(folder, 'taken')], undefined, {
    environment,
  })
  assert.equal(await again.ended, 1)
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const sentence = /^Port 8779 on .*$/m.exec(readme)![0]
  assert.ok(again.said.err.includes(sentence.replace('8779', String(port))), again.said.err)
  // And the command that it gives works, with the data folder that the failed start has begun.
  assert.ok(sentence.endsWith('npm start -- --port 9000') && readme.includes('\n$ npm start -- --port 9000\n'))
  const server = await start('taken')
  assert.equal((await logIn(server.url, 'taken')).status, 201)
  await stop(server)
  other.close()
})

const badLines: [args: string[], complaint: RegExp][] = [
  [['--port', 'many'], /whole number from 0 to 65535/],
  [['--port', '70000'], /whole number from 0 to 65535/],
  [['--nonsense'], /unknown option '--nonsense'/],
]

for (const [args, complaint] of badLines) {
  test(`'${args.join(' ')}' is a usage error, exit 2`, async () => {
    const { said, ended } = run('trove-all-in-one', args)
    assert.equal(await ended, 2)
    assert.match(said.err, complaint)
  })
}

test('trove-api serves what another program has set up, and says what is missing when it has not', async () => {
  const data = ['--data-dir', join(folder, 'one')]
  const api = run('trove-api', ['--port', '0', ...data])
  while (!/ready at/.test(api.said.err)) await Promise.race([once(api.child.stderr!, 'data'), api.ended])
  const url = /ready at (http:\/\/[\d.:]+)/.exec(api.said.err)![1]!
  assert.equal(await (await fetch(`${url}/healthcheck`)).text(), 'OK')
  assert.equal(await stop(api), 0)

  const none = run('trove-api', ['--data-dir', join(folder, 'nothing-here')])
  assert.equal(await none.ended, 1)
  assert.match(none.said.err, /cannot be opened: file not found/)
})

for (const signal of runsEverything ? (['SIGTERM', 'SIGINT'] as const) : (['SIGTERM'] as const)) {
  test(`${signal} lets running requests end, and exits with 0`, async () => {
    if (server.child.exitCode !== null) server = await start('one')
    const logins = Array.from({ length: 20 }, () => logIn(server.url, 'one'))
    await Promise.race(logins)
    const ended = stop(server, signal)
    const answers = await Promise.allSettled(logins)
    assert.equal(await ended, 0)
    // What the server had taken is answered; what still stood in the system's queue may be turned away.
    const answered = answers.filter(answer => answer.status === 'fulfilled').map(answer => answer.value.status)
    assert.ok(answered.length > 0 && answered.every(status => status === 201 || status === 503), String(answered))
    assert.ok(!server.said.err.includes('fault'), server.said.err)
  })
}
