import { setTimeout as pause } from 'node:timers/promises'
import { allIds, broken, composed, outside, type Tools } from './break-request.ts'
import { openBreaker } from './broken-values.ts'
import { complaints, isPastAuthentication } from './check.ts'
import { changesBetween, type Digest, openDigester } from './digest.ts'
import { mutated } from './mutate-bytes.ts'
import { operationFor, operationNamed, operations } from './operations.ts'
import { type Random, randomOf } from './random.ts'
import { type Draft, granted, sketch } from './recipes.ts'
import { asCommand, bytesOf, type Request } from './request.ts'
import { contentsOf, emptyStage, openAsk, refresh, type Stage } from './stage.ts'
import { openTally, type Tally } from './tally.ts'
import type { Service } from './trove-process.ts'
import { type Answer, openWire } from './wire.ts'

export type FuzzOptions = Readonly<{
  requests: number
  untilMs: number
  seed: number
  concurrency: number
  live: number
  /** What a request may take. */
  deadlineMs: number
  /** Told after each round. */
  progress(tally: Tally): void
}>

/** A request that goes, or went, over the wire. */
type Shot = { bytes: Buffer; request: Request | undefined; after?: Draft['after']; answers?: readonly Answer[] }

/** Requests that are granted, between those that are not. A round ends with a look at everything, which takes long. */
const grantedInRound = 500
const brokenInRound = 1500
/** Fewer requests than a round has are a smaller round. */
const inRound = (share: number, { requests }: FuzzOptions) =>
  Math.ceil(share * Math.min(1, requests / (grantedInRound + brokenInRound)))

/** The share of bytes that no HTTP library would send, and of requests to what the document leaves out. */
const rawShare = 0.07
const outsideShare = 0.03

/** Sends requests to a service until enough of them are sent, and gives what came of it. */
export async function fuzz(service: Service, options: FuzzOptions): Promise<Tally> {
  const { seed, concurrency } = options
  const wire = openWire(service.port)
  const ask = openAsk(service, wire)
  const tally = openTally()
  const breaker = openBreaker(seed)
  const digester = openDigester(service.database, service.dataDir)
  const stage: Stage = emptyStage()
  /** True after a request that may still be carried out. */
  let isUnfinished = false
  let index = 0
  let logged = 0

  const fail = (what: string, bytes: Buffer) => tally.find({ what, repeat: asCommand(bytes, service.port) })

  async function send(shot: Shot): Promise<void> {
    const { bytes, request } = shot
    if (request) {
      const answer = await wire.exchange(bytes, request.method === 'HEAD')
      if (!answer && service.ended() === undefined)
        fail(`No answer to ${request.method} ${request.target.slice(0, 200)}`, bytes)
      shot.answers = answer ? [answer] : []
    } else {
      const { answers, isHung } = await wire.exchangeRaw(bytes)
      if (isHung) fail('A connection was neither answered nor closed', bytes)
      shot.answers = answers
    }
    if (!shot.answers?.length || shot.answers.some(({ status }) => status === 503)) isUnfinished = true
    if (service.ended() !== undefined) throw new Error(`The service is gone: ${service.ended()}`)
    note(shot)
  }

  function note({ bytes, request, answers = [], after }: Shot): void {
    const operation = request && operationFor(request.method, request.target)
    const route = operation?.id ?? (request ? '(outside the document)' : '(bytes)')
    if (answers.length === 0) tally.count(route, undefined, false)
    for (const answer of answers) {
      tally.count(route, answer.status, isPastAuthentication(answer))
      if (request) tally.time(answer.ms)
      const wrong = complaints(answer, request, { isHead: isHead(bytes), deadlineMs: options.deadlineMs })
      if (wrong.length > 0) fail(`${route}: ${wrong.join('; ')}: ${answer.status} ${answer.body.slice(0, 400)}`, bytes)
      if (after) after(answer)
      const secret = /^(?:enableRoot)$/.test(route) && /"password":"([^"]{8,})"/.exec(answer.body)?.[1]
      if (secret) service.log.keepSecret(secret)
    }
  }

  async function sendAll(shots: Iterable<Shot | undefined>): Promise<void> {
    const rest = shots[Symbol.iterator]()
    const work = async () => {
      for (let next = rest.next(); !next.done; next = rest.next()) if (next.value) await send(next.value)
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  }

  function* grantedShots(): Generator<Shot | undefined> {
    for (let left = inRound(grantedInRound, options); left > 0; left--) {
      const random = randomOf(seed, index++)
      const draft = granted(neediest(tally, random), { stage, random })
      const request = draft && composed(draft, { service })
      yield request && { bytes: bytesOf(request), request, after: draft.after }
    }
  }

  function* brokenShots(): Generator<Shot> {
    for (let left = inRound(brokenInRound, options); left > 0; left--) {
      const random = randomOf(seed, index++)
      yield brokenShot({ service, breaker, random }, stage, tally)
    }
  }

  /** A valid change, sent as a dry run: nothing may be different afterwards, although it is granted. */
  function* triedShots(): Generator<Shot> {
    for (const id of triable) {
      const draft = granted(id, { stage, random: randomOf(seed, index++) })
      const request = draft && composed({ ...draft, query: tried }, { service })
      if (request) yield { bytes: bytesOf(request), request }
    }
  }

  const insides = async () => {
    const all = await Promise.all(stage.live.map(live => contentsOf(ask, live.id)))
    return all.map(contents => contents && JSON.stringify(contents, plainMaps))
  }
  const look = async () => ({ digest: await digester.take(), insides: await insides() })

  /**
   * A request whose client hung up, or got 503 at the deadline, may still be carried out. Before a look, waits until the
   * service says twice that it works on nothing but the question itself: bytes may be on their way at the first one.
   */
  async function lookWhenFinished(): Promise<Look> {
    const until = performance.now() + 2 * options.deadlineMs
    for (let quiet = 0; isUnfinished && quiet < 2 && performance.now() < until; ) {
      quiet = (await inProgress()) <= 1 ? quiet + 1 : 0
      if (quiet === 0) await pause(50)
    }
    isUnfinished = false
    return look()
  }

  async function inProgress(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${service.port}/metrics`)
    return Number(/^trovets_http_requests_in_progress (\d+)$/m.exec(await answer.text())![1])
  }

  /** Sends what should be refused and looks whether anything is different afterwards. */
  async function sendWatched(shots: readonly Shot[]): Promise<void> {
    for (let suspects = shots, tries = 0; suspects.length > 0 && tries < 4; tries++) {
      const before = await lookWhenFinished()
      await sendAll(suspects)
      const after = await look()
      if (suspects.every(isHarmless)) {
        const changes = changesOf(before, after)
        if (changes.length > 0) await nameCulprit(suspects, changes)
        return
      }
      // Something was granted, so something may have changed: the others are asked again by themselves.
      suspects = suspects.filter(shot => isHarmless(shot) && mayChange(shot))
    }
  }

  /** Sends one after the other, to see whose fault it is. */
  async function nameCulprit(suspects: readonly Shot[], changes: readonly string[]): Promise<void> {
    for (const shot of suspects.filter(mayChange)) {
      const before = await look()
      await send(shot)
      const own = isHarmless(shot) ? changesOf(before, await look()) : []
      if (own.length > 0)
        return fail(`A refused request changed something: ${own.join(' | ').slice(0, 1500)}`, shot.bytes)
    }
    const all = suspects.filter(mayChange).map(({ bytes }) => asCommand(bytes, service.port))
    tally.find({
      what: `One of ${all.length} refused requests changed something, and none did when they were repeated: ${changes.join(' | ').slice(0, 2000)}`,
      repeat: all.join('\n'),
    })
  }

  await settle(service, () => refresh(service, ask, stage, options), stage, options.live)
  while (tally.requests() < options.requests && performance.now() < options.untilMs) {
    await refresh(service, ask, stage, options)
    await sendAll(grantedShots())
    await sendWatched([...brokenShots(), ...triedShots()])
    for (const what of service.log.findings().slice(logged))
      tally.find({ what, repeat: '(see the request before it in the log)' })
    logged = service.log.findings().length
    options.progress(tally)
  }
  wire.close()
  return tally
}

const plainMaps = (_: string, value: unknown) => (value instanceof Map ? [...value] : value)

/** `insides`: what is inside each instance; undefined for one that could not say. */
type Look = Readonly<{ digest: Digest; insides: readonly (string | undefined)[] }>

const changesOf = (before: Look, after: Look): string[] => [
  ...changesBetween(before.digest, after.digest),
  ...before.insides.flatMap((was, index) => {
    const is = after.insides[index]
    return was === undefined || is === undefined || was === is ? [] : [`inside an instance: ${was} → ${is}`]
  }),
]

const isHead = (bytes: Buffer) => bytes.subarray(0, 5).toString('latin1') === 'HEAD '

/**
 * Whether nothing may have come of it: it was refused, or only asked. Of 503 it is said that it may still be done, and of a
 * client that hung up before the answer came nobody knows.
 */
const isHarmless = ({ answers = [], request }: Shot): boolean =>
  /^(?:GET|HEAD|OPTIONS)$/.test(request?.method ?? '') ||
  (answers.length > 0 &&
    answers.every(({ status }) => (status >= 300 || request?.target.endsWith(`?${tried}`)) && status !== 503))

/** The routes with a dry run, and the query that asks for one. */
const triable = operations.filter(({ query }) => query.includes('dry_run')).map(({ id }) => id)
const tried = 'dry_run=true'

const mayChange = ({ request }: Shot): boolean => !/^(?:GET|HEAD|OPTIONS)$/.test(request?.method ?? '')

/** How many answers of a kind are enough for a route that changes something, so that those do not take all the time. */
const enough = (tally: Tally) => 60 + tally.requests() * 0.001

/** Requests that add what others delete. Some of it goes with what it belongs to, so more of it is needed. */
const additions = [
  ...['createUsers', 'createDatabases', 'grantDatabases'],
  ...['associateFlavors', 'associateVolumeTypes', 'addFlavorRequirements'],
]
/** Most good answers to this are about requests that leave nothing to report. */
const rarelyOfUse = 'decideRequest'
const enoughOf = (tally: Tally, id: string) =>
  enough(tally) * (id === rarelyOfUse ? 10 : additions.includes(id) ? 3 : 1)

/** The operation that has been granted least of some. */
function neediest(tally: Tally, random: Random): string {
  const some = Array.from({ length: 6 }, () => random.pick(allIds))
  const share = (id: string) => tally.row(id).good / enoughOf(tally, id)
  const least = some.toSorted((a, b) => share(a) - share(b))[0]!
  return isCheap(least) || tally.row(least).good < enoughOf(tally, least) ? least : neediest(tally, random)
}

/** Any operation to break a request for; what reaches into a database server only as often as is needed. */
function anyOperation(tally: Tally, random: Random): string {
  const id = random.pick(allIds)
  const { steps } = operationNamed(id)
  const isInside = steps[0] === 'instances' && steps.length > 2
  return isInside && tally.row(id).refused > 2 * enough(tally) ? anyOperation(tally, random) : id
}

const isCheap = (id: string) => {
  const { method, steps } = operationNamed(id)
  return method === 'GET' && !(steps[0] === 'instances' && steps.length > 2)
}

function brokenShot(tools: Tools, stage: Stage, tally: Tally): Shot {
  const { random } = tools
  if (random.chance(outsideShare)) {
    const request = outside(tools)
    return { bytes: bytesOf(request), request }
  }
  const draft = sketch(anyOperation(tally, random), { stage, random })
  if (random.chance(rawShare))
    return { bytes: mutated(bytesOf(composed(draft, { service: tools.service.careless })), random), request: undefined }
  const request = broken(draft, tools)
  const bytes = bytesOf(request)
  // What Node itself cannot read is no request, and may be answered more than once.
  const isPlain = request.headers.every(([, value]) => !/[^\x20-\x7e]/.test(value)) && !hasOddFraming(request)
  return { bytes, request: isPlain ? request : undefined }
}

/** Whether the length that a request says is not that of its body. */
const hasOddFraming = ({ headers }: Request) =>
  headers.some(([name]) => /^(?:content-length|transfer-encoding|upgrade|connection|expect)$/i.test(name))

/** Waits until there are as many instances that run as are wanted. */
async function settle(service: Service, again: () => Promise<void>, stage: Stage, live: number): Promise<void> {
  const until = performance.now() + 120_000
  for (;;) {
    await again()
    if (stage.live.length >= live) return
    if (performance.now() > until) throw new Error(`No instance runs: ${service.log.tail().join('\n')}`)
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}
