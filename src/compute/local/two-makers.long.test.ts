import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { openLocalCompute } from './compute.ts'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-two-makers-'))
chmodSync(folder, 0o711)
const instances = join(folder, 'instances')
const compute = openLocalCompute({ folder: instances })
const password = 'pass word'
after(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a worker in its own process, which makes the data folder of an instance. */
const slowMaker = (id: string, imageId: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { openLocalCompute } from ${JSON.stringify(join(import.meta.dirname, 'compute.ts'))}
     await openLocalCompute(${JSON.stringify({ folder: instances })}).initialise(${JSON.stringify(id)}, ${JSON.stringify(imageId)}, ${JSON.stringify(password)})`,
  ])

const drafts = (id: string) => {
  const home = join(instances, id)
  return existsSync(home) ? readdirSync(home).filter(name => name.endsWith('.new')) : []
}
const commandLines = () =>
  readdirSync('/proc').map(pid => {
    try {
      return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
    } catch {
      return ''
    }
  })
/** For each draft, whether initdb has finished it. Its worker has not published it yet. */
const progress = (id: string) =>
  drafts(id).map(name => {
    const draft = join(instances, id, name)
    return existsSync(join(draft, 'PG_VERSION')) && !commandLines().some(line => line.includes(draft))
  })

test('a worker that hangs before its last step, and continues after another one took over, does no harm', async t => {
  const image = (await compute.images())[0]!
  for (let attempt = 1; ; attempt++) {
    assert.ok(attempt < 20, 'the first worker was never stopped before its last step')
    const id = randomUUID()
    await compute.reserve(id, { vcpus: 1, ramMb: 128 })
    const slow = slowMaker(id, image.id)
    const ended = once(slow, 'exit')
    t.after(() => void slow.kill('SIGKILL'))
    while (!progress(id).includes(true) && slow.exitCode === null && !existsSync(join(instances, id, 'data')))
      await turn()
    slow.kill('SIGSTOP')
    const isStopped = slow.exitCode === null && !existsSync(join(instances, id, 'data'))
    if (isStopped) {
      t.diagnostic(`stopped in attempt ${attempt}`)
      const takeover = compute.initialise(id, image.id, password)
      takeover.catch(() => {})
      while (!progress(id).includes(false)) await turn()
      slow.kill('SIGCONT')
      await ended
      await takeover
      await compute.configure(id, { shared_buffers: '16MB', max_connections: '20' })
      await compute.start(id)
      const { address } = await compute.observe(id)
      const client = new pg.Client({ ...address, user: 'os_admin', password, database: 'postgres' })
      await client.connect()
      assert.equal((await client.query('select 1 as one')).rows[0].one, 1)
      await client.end()
      assert.deepEqual(drafts(id), [])
    } else {
      slow.kill('SIGCONT')
      await ended
    }
    await compute.remove(id)
    if (isStopped) return
  }
})
