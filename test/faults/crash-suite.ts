import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { hasContents } from '../../src/rules/instance/engine-contents.ts'
import { statusOf } from '../../src/rules/instance/instance-status.ts'
import type { EngineUnderTest } from '../engines/index.ts'
import type { Deployment } from '../servers/deployment.ts'
import { firstContents, inside, inspect, type Made, rootRequest } from './inspection.ts'

/** Sizes that instances go to and fro between; 128 and 256 MiB give other settings. */
export const crashFlavors = `flavors:
  - { id: '1', name: small, vcpus: 1, ram: 128, disk: 1 }
  - { id: '2', name: large, vcpus: 2, ram: 256, disk: 1 }
`

export const crashActions = ['create', 'restart', 'resize', 'resize_volume', 'delete'] as const
export type CrashAction = (typeof crashActions)[number]

export type Kill = 'worker at a point' | 'worker at random' | 'worker that hung' | 'API after its answer'

/** What was done, and to whom: how often each action was begun, how many were refused, who was killed how often. */
export type Tally = {
  done: Record<CrashAction, number>
  refused: number
  instances: number
  kills: Record<Kill, number>
  violations: string[]
}

const noTally = (): Tally => ({
  done: { create: 0, restart: 0, resize: 0, resize_volume: 0, delete: 0 },
  refused: 0,
  instances: 0,
  kills: { 'worker at a point': 0, 'worker at random': 0, 'worker that hung': 0, 'API after its answer': 0 },
  violations: [],
})

/** Asks the API; a request that got no answer gives undefined. */
type Ask = (method: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>

const worker = join(import.meta.dirname, 'crashing-worker.ts')
const settleSeconds = 180

/**
 * Does things to instances while workers are killed, and looks after each whether everything is as it should be. The
 * deployment has an API and no worker of its own.
 */
export function openCrashSuite(at: Deployment, { bench, image }: EngineUnderTest, ask: Ask) {
  const alive: Made[] = []
  const dead: Made[] = []
  const tally = noTally()
  let made = 0

  /** Runs a worker that dies at a point; the points that it reached, and whether it got so far. */
  async function killedWorker(killAt: number): Promise<{ points: string[]; died: boolean }> {
    const child = spawn(process.execPath, [worker, at.configFile, String(killAt)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    child.stdout.on('data', chunk => (said += chunk))
    const ended = once(child, 'close')
    const finished = async () => {
      while (child.exitCode === null && child.signalCode === null && !(await isSettled())) await setTimeout(50)
    }
    await Promise.race([ended, finished()])
    const died = child.signalCode !== null
    child.kill('SIGKILL')
    await ended
    if (died) tally.kills['worker at a point']++
    return { points: said.split('\n').filter(line => line.startsWith('reached ')), died }
  }

  /** Whether nothing is left to be done to any instance. */
  async function isSettled(): Promise<boolean> {
    const rows = await at.ports.stores.instances.page({}, undefined, 1000)
    return rows.every(
      row => row.intent?.action === 'keep' && statusOf(row) === 'ACTIVE' && row.intent.claim === undefined,
    )
  }

  /** A healthy worker makes good whatever was left; it is killed, too, when it has nothing to do any more. */
  async function settle(what: string): Promise<void> {
    const child = spawn(process.execPath, [worker, at.configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    child.stdout.resume()
    const deadline = performance.now() + settleSeconds * 1000
    let isDone = await isSettled()
    while (!isDone && performance.now() < deadline && child.exitCode === null) {
      await setTimeout(50)
      isDone = await isSettled()
    }
    child.kill('SIGKILL')
    await ended
    if (!isDone) tally.violations.push(`${what}: not settled within ${settleSeconds} seconds`)
    await learnPorts()
    for (const problem of await inspect(at, bench, alive, dead)) tally.violations.push(`${what}: ${problem}`)
  }

  async function learnPorts(): Promise<void> {
    for (const instance of alive) {
      if (instance.port !== undefined) continue
      const row = await at.ports.stores.instances.byId(instance.id)
      instance.port = row?.intent?.address?.port
      if (instance.port === undefined) continue
      if (!hasContents(image.manager)) await ask('POST', `/instances/${instance.id}/root`, rootRequest)
      await inside(bench, image.manager, instance.port, session => bench.writeRow(session, instance.row))
    }
  }

  async function create(): Promise<boolean> {
    const name = `db${++made}`
    const { status, body } = await ask('POST', '/instances', {
      instance: {
        name,
        flavorRef: '1',
        volume: { size: 1 },
        ...firstContents(image.manager),
      },
    })
    if (status !== 200) return false
    alive.push({ id: (body as { instance: { id: string } }).instance.id, row: name, port: undefined })
    tally.instances++
    return true
  }

  /** Asks for an action on an instance. False when it is refused, as while something else is going on. */
  async function begin(action: CrashAction, instance: Made | undefined): Promise<boolean> {
    const isBegun = await beginUncounted(action, instance)
    if (isBegun) tally.done[action]++
    else tally.refused++
    return isBegun
  }

  async function beginUncounted(action: CrashAction, instance: Made | undefined): Promise<boolean> {
    if (action === 'create') return create()
    if (!instance) return false
    const path = `/instances/${instance.id}`
    if (action === 'delete') {
      const { status } = await ask('DELETE', path)
      if (status !== 202) return false
      alive.splice(alive.indexOf(instance), 1)
      dead.push(instance)
      return true
    }
    const row = await at.ports.stores.instances.byId(instance.id)
    const bodies = {
      restart: { restart: {} },
      resize: { resize: { flavorRef: row?.flavorId === '1' ? '2' : '1' } },
      resize_volume: { resize: { volume: { size: (row?.volumeSizeGb ?? 0) + 1 } } },
    }
    return (await ask('POST', `${path}/action`, bodies[action])).status === 202
  }

  return {
    tally,
    /** One action, with a worker that is killed at its `killAt`th point. False when it never came so far. */
    async round(action: CrashAction, killAt: number): Promise<boolean> {
      const title = await prepared(action)
      const { points, died } = await killedWorker(killAt)
      await settle(`${title}, worker killed at point ${killAt} (${points.at(-1)?.slice(8) ?? 'before the first'})`)
      return died
    },
    /** One action, with an API that is killed as soon as it has answered, and no worker that knew of it. */
    async apiRound(action: CrashAction): Promise<void> {
      const title = await prepared(action)
      at.apis[0]!.child.kill('SIGKILL')
      tally.kills['API after its answer']++
      await at.apis[0]!.ended
      await at.replaceApi(0)
      await settle(`${title}, API killed after its answer`)
    },
    /** Several actions at once, on several instances, with two workers that are killed or stopped at any time. */
    async storm(choose: (upTo: number) => number): Promise<void> {
      const deeds: string[] = []
      for (let count = 0; count < 1 + choose(4); count++) {
        const action = rarest(choose)
        const done = await begin(action, alive[choose(alive.length)])
        deeds.push(done ? action : `${action} (refused)`)
      }
      const ends = await Promise.all([0, 1].map(() => doomedWorker(choose(3000), choose(4) === 0)))
      await settle(`${deeds.join(', ')}; two workers ${ends.join(' and ')}`)
    },
  }

  /** The action that was begun least often of those that can be now, so that each has its share. */
  function rarest(choose: (upTo: number) => number): CrashAction {
    const possible = crashActions.filter(action => (action === 'create' ? alive.length < 3 : alive.length > 0))
    const least = Math.min(...possible.map(action => tally.done[action]))
    // Now and then another one, so that it is not always the same one after the same.
    const candidates = choose(4) === 0 ? possible : possible.filter(action => tally.done[action] === least)
    return candidates[choose(candidates.length)]!
  }

  /** Makes sure that there is something to act on, acts, and says what it did. */
  async function prepared(action: CrashAction): Promise<string> {
    while (action === 'create' && alive.length > 1) {
      await begin('delete', alive[0])
      await settle('one less')
    }
    if (action !== 'create' && alive.length === 0) {
      await begin('create', undefined)
      await settle('one to work on')
    }
    if (!(await begin(action, alive[0]))) tally.violations.push(`${action} was refused`)
    return action
  }

  /** A worker that is killed after so long; or stopped and, when others may have taken over, woken up and then killed. */
  async function doomedWorker(afterMs: number, hangs: boolean): Promise<string> {
    const child = spawn(process.execPath, [worker, at.configFile], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    child.stdout.resume()
    await setTimeout(afterMs)
    if (hangs) {
      child.kill('SIGSTOP')
      await setTimeout(claimSeconds * 1000 + 1000)
      child.kill('SIGCONT')
      await setTimeout(300)
    }
    child.kill('SIGKILL')
    tally.kills[hangs ? 'worker that hung' : 'worker at random']++
    await ended
    return `${hangs ? 'stopped' : 'killed'} after ${afterMs} ms`
  }
}

/** How long a worker that hangs keeps its instances in this suite; the deployment is configured so. */
export const claimSeconds = 2

export type CrashSuite = ReturnType<typeof openCrashSuite>
