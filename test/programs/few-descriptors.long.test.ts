import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeInstallation, type Running, tokenOf } from './installation.ts'

const { folder, startIn, stop, logIn, remove } = makeInstallation()

/** Seconds of CPU that a process has had. */
function cpuSeconds({ child }: Running): number {
  const words = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(words[11]) + Number(words[12])) / 100
}

function serverPid(data: string, id: string): number {
  const database = new DatabaseSync(join(folder, data, 'trove.sqlite'), { readOnly: true })
  try {
    const row = database.prepare('select process from trovets_instances where instance_id = ?').get(id)
    return Number(String(row?.process).split(':', 1)[0])
  } finally {
    database.close()
  }
}

/** PostgreSQL itself does not start with 64, which it is given by us; it needs a few more. */
for (const [filesMax, wantsServer] of [
  [64, false],
  [72, true],
] as const)
  describe(`with ${filesMax} file descriptors`, { concurrency: false }, () => {
    if (process.platform === 'linux') fewDescriptors(filesMax, wantsServer)
    else test('prlimit', t => t.diagnostic('not run: a limit of open files, which needs prlimit of Linux'))
  })

function fewDescriptors(filesMax: number, wantsServer: boolean) {
  const data = `data-${filesMax}`
  let server: Running & { url: string }
  let own: { token: string; project: string }
  before(async () => {
    const environment = { OS_TROVETS__HEALTH_INTERVAL: '1' }
    server = await startIn({ command: ['prlimit', `--nofile=${filesMax}:${filesMax}`], environment }, data)
    own = await tokenOf(await logIn(server.url, data))
  })
  after(async () => {
    assert.equal(await stop(server), 0)
    if (wantsServer) remove()
  })

  const ask = (method: string, path: string, body?: object) =>
    fetch(`${server.url}/v1.0/${own.project}${path}`, {
      method,
      headers: {
        'x-auth-token': own.token,
        connection: 'close',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  async function until(what: string, isSo: () => Promise<boolean> | boolean) {
    const giveUpAtMs = performance.now() + 90_000
    while (!(await isSo())) {
      if (performance.now() > giveUpAtMs) assert.fail(`${what}: not within 90 s; ${warnings().join('\n')}`)
      await setTimeout(100)
    }
  }
  const warnings = () => server.said.err.split('\n').filter(line => /"level":(?:[4-6])0/.test(line))
  const isActive = async (id: string) => {
    const { instance } = (await (await ask('GET', `/instances/${id}`)).json()) as { instance: { status: string } }
    return instance.status === 'ACTIVE'
  }
  async function createInstance(): Promise<string> {
    const instance = { name: 'few', flavorRef: '12', volume: { size: 1 }, datastore: { type: 'postgresql' } }
    const answer = await ask('POST', '/instances', { instance })
    const { id } = ((await answer.json()) as { instance: { id: string } }).instance
    await until('the instance', () => isActive(id))
    return id
  }

  test('connections beyond the limit are turned away, the rest goes on, and all is well afterwards', async () => {
    const id = wantsServer ? await createInstance() : undefined
    const port = Number(new URL(server.url).port)
    const sockets: Socket[] = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    await until('refusals', () => sockets.filter(({ closed }) => closed).length > 100)
    const open = sockets.filter(({ closed }) => !closed).length
    assert.ok(open >= 8 && open < 40, `${open} connections are open`)

    const [beganS, beganMs] = [cpuSeconds(server), performance.now()]
    if (id) {
      // Meanwhile the worker heals what dies.
      const pid = serverPid(data, id)
      process.kill(pid, 'SIGKILL')
      await until('another server', () => serverPid(data, id) > 0 && serverPid(data, id) !== pid)
    }
    appendFileSync(join(folder, data, 'flavors.yaml'), '# saved meanwhile\n')
    await until('three seconds', () => performance.now() > beganMs + 3000)
    const share = (cpuSeconds(server) - beganS) / ((performance.now() - beganMs) / 1000)
    assert.ok(share < 0.9, `it took ${Math.round(share * 100)} % of a CPU`)
    assert.equal(server.child.exitCode, null)

    for (const socket of sockets) socket.destroy()
    await until('an answer', () =>
      fetch(`${server.url}/healthcheck`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    if (id) await until('the instance', () => isActive(id))
    assert.ok(warnings().length < 10, warnings().join('\n'))
    assert.match(
      warnings().join('\n'),
      /"Rejected \d+ connections?: \d+ are open, the maximum for a limit of \d+ open files/,
    )
  })
}
