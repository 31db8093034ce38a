import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../model/fault.ts'
import type { Flavor } from '../../model/flavor.ts'
import { keepFlavors } from './kept-flavors.ts'

const flavor = (id: string) => ({ id }) as Flavor

/** Flavors that a test answers for by hand. */
function bench() {
  const clock = { nowMs: 0 }
  const said: string[] = []
  const questions: PromiseWithResolvers<readonly Flavor[]>[] = []
  const ask = () => {
    const question = Promise.withResolvers<readonly Flavor[]>()
    questions.push(question)
    return question.promise
  }
  const ages = { refreshMs: 10_000, ageMsMax: 60_000, staleMsMax: 3_600_000, waitMs: 50, lookMs: 10 }
  const source = keepFlavors(
    ask,
    ages,
    () => clock.nowMs,
    problem => said.push(problem),
  )
  return {
    source,
    clock,
    said,
    questions,
    answer: (...ids: string[]) => questions.at(-1)!.resolve(ids.map(flavor)),
    fail: () =>
      questions.at(-1)!.reject(new Fault('Nova is unreachable.', { status: 503, cause: new Error('ECONNREFUSED') })),
  }
}

type Bench = ReturnType<typeof bench>
const idsOf = (flavors: readonly Flavor[]) => flavors.map(({ id }) => id).join()

/** Asks, answers, and gives the ids that came. */
async function listed({ source, answer }: Bench, ...ids: string[]) {
  const list = source.list()
  answer(...ids)
  return idsOf(await list)
}

test('one question is asked however many wait for its answer', async () => {
  const all = bench()
  const waiting = Array.from({ length: 50 }, (_, index) => (index % 2 ? all.source.list() : all.source.lastKnown()))
  await Promise.resolve()
  all.answer('a')
  await Promise.all(waiting)
  assert.equal(all.questions.length, 1)
})

test('young flavors are given out without a question', async () => {
  const all = bench()
  assert.equal(await listed(all, 'a'), 'a')
  all.clock.nowMs = 9999
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(all.questions.length, 1)
})

test('older ones are given out while new ones are asked for', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 10_000
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(idsOf(await all.source.list()), 'a')
  assert.equal(all.questions.length, 2)
  all.answer('b')
  await new Promise(setImmediate)
  assert.equal(idsOf(await all.source.list()), 'b')
})

test('old ones are waited for', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 60_001
  assert.equal(await listed(all, 'b'), 'b')
})

test('the age is counted from the question, not from the answer', async () => {
  const all = bench()
  const list = all.source.list()
  all.clock.nowMs = 9000
  all.answer('a')
  await list
  all.clock.nowMs = 10_000
  await all.source.list()
  assert.equal(all.questions.length, 2)
})

test('when the source is away, who gives hardware is refused, and who looks goes on and is told', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 61_500
  const strict = all.source.list()
  const lenient = all.source.lastKnown()
  all.fail()
  await assert.rejects(strict, error => error instanceof Fault && error.status === 503)
  assert.deepEqual(await lenient, { flavors: [flavor('a')], staleSeconds: 61 })
  assert.equal(all.questions.length, 1 + 1)
})

test('after a failure who looks is not held up for five seconds, and then somebody tries again', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 61_000
  const first = all.source.lastKnown()
  all.fail()
  await first
  all.clock.nowMs = 65_999
  assert.equal((await all.source.lastKnown()).staleSeconds, 65)
  assert.equal(all.questions.length, 2)
  all.clock.nowMs = 66_000
  const next = all.source.lastKnown()
  all.answer('b')
  assert.deepEqual(await next, { flavors: [flavor('b')], staleSeconds: undefined })
})

test('who looks is refused when what there was is too old, or there never was anything', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 3_600_001
  const old = all.source.lastKnown()
  all.fail()
  await assert.rejects(old, Fault)
  const never = bench()
  const first = never.source.lastKnown()
  never.fail()
  await assert.rejects(first, Fault)
})

test('a question that hangs holds nobody up, and its answer counts when it comes', async () => {
  const all = bench()
  await assert.rejects(all.source.list(), error => error instanceof Fault && error.status === 503)
  all.answer('late')
  await new Promise(setImmediate)
  assert.equal(idsOf(await all.source.list()), 'late')
  assert.equal(all.questions.length, 1)
})

test('who looks does not wait long for a question that hangs when there is something to show', async () => {
  const all = bench()
  await listed(all, 'a')
  all.clock.nowMs = 61_000
  assert.deepEqual(await all.source.lastKnown(), { flavors: [flavor('a')], staleSeconds: 61 })
  all.answer('b')
  await new Promise(setImmediate)
  assert.deepEqual(await all.source.lastKnown(), { flavors: [flavor('b')], staleSeconds: undefined })
  assert.equal(all.questions.length, 2)
})

test('that the source is away is said once, and that it is back', async () => {
  const all = bench()
  for (let round = 0; round < 3; round++) {
    const list = all.source.list()
    all.fail()
    await assert.rejects(list)
  }
  await listed(all, 'a')
  assert.deepEqual(all.said, [
    'Nova is unreachable. (ECONNREFUSED) Flavors cannot be asked for.',
    'Nova answers again.',
  ])
})
