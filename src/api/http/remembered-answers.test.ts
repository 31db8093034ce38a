import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { Ports } from '../../ports/ports.ts'
import { beginRequest, endTurn } from '../../turn/turn.ts'
import { openRememberedAnswers } from './remembered-answers.ts'
import type { Answer } from './run-route.ts'

const nextTurn = () => new Promise(setImmediate)

/** A source of flavors that can go away, and a database whose stamps arrive when the test says so. */
function bench() {
  const stamps: ((stamp: string) => void)[] = []
  const source: { staleSeconds: number | undefined } = { staleSeconds: undefined }
  const flavors: never[] = []
  const ports = {
    stores: { changeStamp: () => new Promise<string>(resolve => stamps.push(resolve)) },
    flavors: { lastKnown: async () => ({ flavors, ...source }) },
    clock: { now: () => new Date(0) },
  } as unknown as Ports
  const policies = new Map()
  const remembered = openRememberedAnswers({ ports, policies: () => policies })
  const ask = async (work: () => Promise<string>) => {
    beginRequest()
    const run = async (): Promise<Answer> => ({ status: 200, bytes: Buffer.from(await work()), warnings: [] })
    return (await remembered('rows and flavors', '/', run)).bytes.toString()
  }
  return { stamps, source, ask }
}

describe('remembered answers', () => {
  beforeEach(async () => {
    await nextTurn()
    endTurn()
  })

  test('are sent again while everything is the same, unless the flavors have become stale', async () => {
    const { stamps, source, ask } = bench()
    const answers: string[] = []
    for (const staleSeconds of [undefined, undefined, 61]) {
      await nextTurn()
      source.staleSeconds = staleSeconds
      const number = answers.length + 1
      const asked = ask(async () => `answer ${number}`)
      stamps.at(-1)!('1')
      answers.push(await asked)
    }
    assert.deepEqual(answers, ['answer 1', 'answer 1', 'answer 3'])
  })

  test('are never errors', async () => {
    const { stamps, ask } = bench()
    const failing = ask(() => Promise.reject(new Error('away')))
    stamps[0]!('1')
    await assert.rejects(failing, /away/)
    await nextTurn()
    const next = ask(async () => 'back')
    stamps[1]!('1')
    assert.equal(await next, 'back')
  })

  test('of a new state never come from a run that began in an older one', async () => {
    const { stamps, ask } = bench()
    const old = Promise.withResolvers<string>()
    const first = ask(() => old.promise)
    await nextTurn()
    const second = ask(async () => 'new')
    while (stamps.length < 2) await nextTurn()
    await nextTurn()
    stamps[0]!('1')
    stamps[1]!('2')
    await nextTurn()
    old.resolve('old')
    assert.deepEqual(await Promise.all([first, second]), ['old', 'new'])
  })
})
