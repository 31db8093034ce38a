import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, linkSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { processOf } from '../../src/compute/local/host/processes.ts'
import { type AttackedEngine, type AttackedInstance, attackedInstance } from './attacked-instance.ts'
import { type Host, type HostKind, openHost, secret, secretFiles, users } from './host.ts'
import { until } from './until.ts'
import { walls } from './walls.ts'

/** Contents that a tenant puts into the data folder, as shell scripts that run there; `$1` is the service's folder. */
const planted: Readonly<Record<string, string>> = {
  'pipes, sockets and links instead of files': `
    mkfifo fifo; perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("socket"))'
    for name in ${secretFiles.join(' ')}; do ln -s "$1/$name" "link-$name"; done
    ln -s "$1" service; ln -s "$1/instances" instances; ln -s / root; ln -s /etc/shadow shadow; ln -s self self`,
  'circular links, and hard links':
    'mkdir -p a/b; ln -s ../.. a/b/up; ln -s . here; echo x > one; ln one two; ln one a/three',
  'names that look like options, or contain special characters': `
    touch -- -rf --no-preserve-root '-delete' '*' ' ' '
' "$(printf 'line\\nbreak')" "$(printf '\\377\\001')" '$(touch /tmp/ran)'; mkdir -- -exec ..x`,
  'a path longer than system calls accept': `
    perl -e 'for (1 .. 400) { mkdir "d" x 200; chdir "d" x 200 or die } open F, ">", "deep"'`,
  'folders without any permissions': `
    mkdir -p shut/inner/most; touch shut/inner/most/file; chmod 0 shut/inner/most shut/inner shut`,
  'sparse files of a terabyte': 'truncate -s 1T sparse; truncate -s 1T sparse-too',
  'a hundred thousand files': `perl -e 'for my $d (1 .. 10) { mkdir "many$d"; for (1 .. 10000) { open F, ">", "many$d/$_" } }'`,
}

function scene(kind: HostKind) {
  let host: Host
  before(async () => {
    host = await openHost(kind)
  })
  after(() => host?.close())
  const newInstance = (engine: AttackedEngine = 'redis') => attackedInstance(host, engine)
  return { host: () => host, newInstance }
}

const assertSecretsUnchanged = ({ folder }: Host) => {
  for (const name of secretFiles) assert.equal(readFileSync(join(folder, name), 'utf8'), `${secret}\n`)
}

async function quickly<T>(title: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  const durationMs = performance.now() - began
  assert.ok(durationMs < limitMs, `${title} took ${durationMs.toFixed(0)} ms`)
  return result
}

const plant = (instance: AttackedInstance, host: Host, script: string) =>
  instance.run(`cd '${instance.folders.data}' && set -- '${host.folder}'\n${script}\necho PLANTED`)

/** Observes, measures, stops, starts and removes an instance, each within its time limit. */
async function assertManageable(host: Host, instance: AttackedInstance) {
  const { compute } = host
  const { id, folders } = instance
  await quickly('observing', 1000, () => compute.observe(id))
  const bytes = (await quickly('measuring', 6000, () => compute.diskUse(id)))?.bytes
  assert.ok(bytes === undefined || bytes < 1024 ** 3)
  await compute.stop(id)
  await compute.start(id)
  await compute.remove(id)
  assert.equal(existsSync(folders.home), false)
  assertSecretsUnchanged(host)
}

for (const user of users)
  describe(`if redis itself is overcome, as ${user}`, walls({ title: '', user }), () => {
    const on = scene({ title: '', user })
    for (const [title, script] of Object.entries(planted))
      test(`an instance with ${title} can be observed, measured, started again and removed`, async () => {
        const instance = await on.newInstance()
        assert.match(await plant(instance, on.host(), script), /PLANTED/)
        await assertManageable(on.host(), instance)
      })

    test('an instance that closed its own folders can be started again and removed', async () => {
      const instance = await on.newInstance()
      await instance.run(`chmod 0 ${instance.folders.data} ${instance.folders.temporary}`)
      await on.host().compute.stop(instance.id)
      await on.host().compute.start(instance.id)
      assert.match(await instance.run('echo works'), /works/)
      await instance.run(`chmod 0 ${instance.folders.data} ${instance.folders.temporary}`)
      await on.host().compute.remove(instance.id)
      assert.equal(existsSync(instance.folders.home), false)
    })

    test('disk usage includes closed folders and temporary files', async t => {
      const instance = await on.newInstance()
      const { compute } = on.host()
      const first = (await compute.diskUse(instance.id))!.bytes
      await instance.run(`head -c 3000000 /dev/zero > ${instance.folders.temporary}/large`)
      assert.ok((await compute.diskUse(instance.id))!.bytes >= first + 3_000_000)
      await instance.run(
        `cd ${instance.folders.data}; mkdir shut; head -c 3000000 /dev/zero > shut/large; chmod 0 shut`,
      )
      const second = (await compute.diskUse(instance.id))!.bytes
      if (user === 'root') assert.ok(second >= first + 6_000_000)
      else t.diagnostic('NOT SHOWN: an ordinary user cannot look into closed folders')
    })

    test('a flood of output fills the log up to its limit, counts as disk usage, and blocks nothing', async () => {
      const instance = await on.newInstance()
      const { log } = instance.folders
      const { compute } = on.host()
      await instance.run(floodByDescriptor(60_000_000))
      const sizes = [log, `${log}.1`].map(file => statSync(file).size)
      assert.ok(sizes.every(size => size <= 8 * 1024 * 1024))
      assert.ok(sizes[0]! + sizes[1]! > 8 * 1024 * 1024, `${sizes}`)
      assert.ok((await compute.diskUse(instance.id))!.bytes > sizes[0]! + sizes[1]!)
      assert.match(await instance.run('echo works'), /works/)
    })

    test('the log continues after many small writes', async () => {
      const instance = await on.newInstance()
      await instance.run(byDescriptor('for (1 .. 5000) { syswrite E, "word $_\\n" }'))
      await until('the last word is in the log', () => /^word 5000$/m.test(readFileSync(instance.folders.log, 'utf8')))
    })

    test('an invalid process record is ignored, and the process that it was about is ended', async () => {
      const instance = await on.newInstance()
      const pid = await instance.pid()
      const recordFile = instance.folders.process
      for (const text of ['', '{', 'null', '[]', '{"pid":-1,"startTime":"1"}', '{"pid":1}']) {
        writeFileSync(recordFile, text)
        assert.equal((await on.host().compute.observe(instance.id)).process, undefined)
      }
      await on.host().compute.start(instance.id)
      assert.notEqual(await instance.pid(), pid)
      assert.equal(processOf(pid), undefined)
    })

    describe('obstacles to a start of postgresql', () => {
      const files = ['postmaster.pid', 'postgresql.auto.conf']
      const shapes: Readonly<Record<string, (name: string) => string>> = {
        'a pipe': name => `rm -rf ${name}; mkfifo ${name}`,
        'a closed folder': name => `rm -rf ${name}; mkdir -p ${name}/x/y; chmod 0 ${name}/x ${name}`,
        'a link to a secret': name => `rm -rf ${name}; ln -s "$1/secret.key" ${name}`,
        'a link to nothing': name => `rm -rf ${name}; ln -s /nowhere/at/all ${name}`,
      }
      let instance: AttackedInstance
      before(async () => {
        instance = await on.newInstance('postgresql')
      })
      for (const [shape, script] of Object.entries(shapes))
        test(`${files.join(' and ')} as ${shape} do not prevent a start`, async () => {
          assert.match(await plant(instance, on.host(), files.map(script).join('\n')), /PLANTED/)
          const { compute } = on.host()
          await quickly('observing', 1000, () => compute.observe(instance.id))
          await instance.killServer()
          await compute.start(instance.id)
          assert.ok(lstatSync(join(instance.folders.data, 'postmaster.pid')).isFile())
          assertSecretsUnchanged(on.host())
        })

      test('with another version in PG_VERSION, a start fails with the reason, and the instance can be removed', async () => {
        await plant(instance, on.host(), 'rm PG_VERSION; mkfifo PG_VERSION; mv PG_VERSION V; echo 9 > PG_VERSION')
        await on.host().compute.stop(instance.id)
        await assert.rejects(on.host().compute.start(instance.id), /incompatible/)
        await on.host().compute.remove(instance.id)
        assert.equal(existsSync(instance.folders.home), false)
      })
    })

    test('eight blocked instances do not delay observing, measuring or removing', async () => {
      const { compute } = on.host()
      const instances: AttackedInstance[] = []
      for (let count = 0; count < 8; count++) instances.push(await on.newInstance())
      const victim = await on.newInstance()
      for (const instance of instances)
        await plant(
          instance,
          on.host(),
          'for n in postmaster.pid redis.pid users.acl appendonlydir x; do rm -rf $n; mkfifo $n; done',
        )
      await Promise.all(instances.map(({ id }) => quickly('observing', 2000, () => compute.observe(id))))
      const measurements = Promise.all(instances.map(({ id }) => compute.diskUse(id)))
      await quickly('observing another', 1000, () => compute.observe(victim.id))
      assert.ok((await measurements).every(bytes => bytes !== undefined))
      await Promise.all(instances.map(({ id }) => compute.remove(id)))
      assert.ok(readdirSync(on.host().instances).includes(victim.id))
    })
  })

const asRoot: HostKind = { title: '', user: 'root' }
describe('files that change their owner, as after an upgrade', walls(asRoot), () => {
  const on = scene(asRoot)
  const nobody = 65_534
  /** Makes an instance like those of an earlier release, which ran all servers as one user. */
  async function earlierInstance(script: string) {
    const instance = await on.newInstance()
    assert.match(await plant(instance, on.host(), script), /PLANTED/)
    await on.host().compute.stop(instance.id)
    execFileSync('chown', ['-hR', `${nobody}:${nobody}`, instance.folders.data])
    return instance
  }

  test('all files in the folder change their owner, whatever their names, and no target of a link does', async () => {
    const secretsOwner = () => secretFiles.map(name => statSync(join(on.host().folder, name)).uid)
    const before = [...secretsOwner(), statSync('/etc/shadow').uid]
    const all = Object.entries(planted).filter(([title]) => !/hard links|hundred thousand/.test(title))
    const instance = await earlierInstance(all.map(([, script]) => `(${script}\n)`).join('\n'))
    await on.host().compute.start(instance.id)
    const uid = Number(await instance.run('id -u'))
    const unchanged = execFileSync('find', [instance.folders.data, '!', '-uid', String(uid)], { encoding: 'utf8' })
    assert.equal(unchanged, '')
    assert.deepEqual([...secretsOwner(), statSync('/etc/shadow').uid], before)
  })

  test('a file with a second hard link keeps its owner, and the instance is not started', async () => {
    const victim = await on.newInstance()
    const treasure = join(victim.folders.data, 'treasure')
    await victim.run(`echo treasure > ${treasure}`)
    chownSync(treasure, nobody, nobody)
    const instance = await earlierInstance('true')
    linkSync(treasure, join(instance.folders.data, 'mine'))
    await assert.rejects(on.host().compute.start(instance.id), /second hard link/)
    assert.equal(statSync(treasure).uid, nobody)
    await on.host().compute.remove(instance.id)
    assert.equal(readFileSync(treasure, 'utf8'), 'treasure\n')
  })
})

/** Writes to the server's stderr, which is a socket: it can be inherited, but not opened by its name. */
const byDescriptor = (code: string) => `perl -e 'open E, ">&=", $ENV{LOG}; ${code}'`
const floodByDescriptor = (bytes: number) =>
  byDescriptor(
    `my $words = "a flood of words\\n" x 1000; my $left = ${bytes}; while ($left > 0) { $left -= syswrite E, $words }`,
  )
