import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { gateOperations } from '../../src/model/gate-operation.ts'
import { type FuzzBench, type Sent, startFuzzBench } from './gate-fuzz-bench.ts'
import { isJudged, problemOf, type Understood } from './gate-understood.ts'
import type { Rig } from './rig.ts'

/** As many requests are generated, sent and compared at a time. */
const batch = 1000
const clients = 12

/** How much a run sends, and how much of that Trove must understand as giving hardware for it to mean something. */
type Extent = Readonly<{ requests: number; understood: number; ofEachOperation: number }>

/** What a run counts. */
type Tally = {
  understood: Record<string, number>
  statuses: Record<string, number>
  slowest: { ms: number; what: string }[]
}

/** Tests that Trove understands no generated request as giving hardware that the gate did not admit. */
export function testFuzz(
  startRig: () => Promise<Rig>,
  { requests, understood: atLeast, ofEachOperation }: Extent,
): void {
  const seed = Number(process.env.SEED ?? 13)
  describe(`${requests} generated requests through the gate, of which Trove records what it understands`, () => {
    let bench: FuzzBench
    const tally: Tally = { understood: {}, statuses: {}, slowest: [] }
    before(async () => {
      bench = await startFuzzBench(await startRig())
    })
    after(() => bench?.stop())

    for (let from = 0; from < requests; from += batch)
      test(`${from + 1} to ${from + batch}: what gives hardware is exactly what was admitted`, async t => {
        t.diagnostic(`SEED=${seed}, from ${from}`)
        const sent = await bench.generate(seed + from, batch)
        await sendAll(bench, sent, from, tally)
        const understood = bench.understood()
        for (const { operation } of understood) tally.understood[operation] = (tally.understood[operation] ?? 0) + 1
        assert.deepEqual((await problems(bench, understood, sent, from)).slice(0, 10), [])
      })

    test('Trove understood thousands of them, of every operation, and none was admitted unasked', async t => {
      tell(t, tally)
      for (const operation of Object.keys(gateOperations)) {
        const count = tally.understood[operation] ?? 0
        assert.ok(count >= ofEachOperation, `${operation}: only ${count}`)
        assert.equal(await bench.decided(operation, 'unchecked'), 0, operation)
      }
      assert.ok((await bench.decided('grow_volume', 'recorded')) >= tally.understood.grow_volume!)
      const all = Object.values(tally.understood).reduce((sum, count) => sum + count, 0)
      assert.ok(all >= atLeast, `only ${all}`)
    })
  })
}

async function sendAll(bench: FuzzBench, all: readonly Sent[], from: number, { statuses, slowest }: Tally) {
  const waiting = all.entries()
  const client = async () => {
    for (const [index, sent] of waiting) {
      const beganMs = performance.now()
      const answers = await bench.send(sent, from + index)
      const status = answers.at(-1) ?? 'no answer'
      statuses[status] = (statuses[status] ?? 0) + 1
      const { method, path } = sent.request
      slowest.push({ ms: Math.round(performance.now() - beganMs), what: `${sent.form}: ${method} ${path}: ${status}` })
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  slowest.sort((one, other) => other.ms - one.ms).splice(5)
}

/** Says of each understanding that the gate did not admit as it was understood, how it was sent and what is wrong. */
async function problems(bench: FuzzBench, understood: readonly Understood[], sent: readonly Sent[], from: number) {
  const admitted = await bench.admitted()
  const seen = new Set<string | null>()
  return understood.filter(isJudged).flatMap(each => {
    const generated = sent[Number(each.request) - from]
    const own = admitted.get(each.decision ?? '') ?? []
    const twice = seen.has(each.decision) ? 'passed on twice' : undefined
    seen.add(each.decision)
    const problem = problemOf(each, own, generated?.request, bench.policies) ?? twice
    return problem === undefined ? [] : [{ problem, ...each, ...(generated ? shown(generated) : {}) }]
  })
}

const shown = ({ form, request: { body, ...line } }: Sent) => ({
  form,
  generated: line,
  text: Buffer.from(body, 'base64').toString(),
})

function tell(t: TestContext, { understood, statuses, slowest }: Tally) {
  const counts = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')
  t.diagnostic(`understood: ${counts(understood)}`)
  t.diagnostic(`statuses: ${counts(statuses)}`)
  for (const { ms, what } of slowest) t.diagnostic(`slowest: ${ms} ms, ${what}`)
}
